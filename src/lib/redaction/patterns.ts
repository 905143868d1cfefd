import { codesOf } from './codes.ts';

/**
 * Tokens of well-known services, by their published shapes (those of the gitleaks rules that have a prefix of their own; rules
 * that guess by a word nearby and by entropy would mask commits and hashes). Before each: what a text must have in it for the
 * shape to be looked for. Where a shape has a group, only that is the secret; the group is at its end. (Looking behind would
 * begin at every letter of a text, not where the words before the secret stand.)
 */
const TOKENS: ReadonlyArray<readonly [tells: string, shape: string]> = [
  ['ghp_ gho_ ghu_ ghs_ ghr_', '\\bgh[pousr]_[A-Za-z0-9]{36,}\\b'],
  ['github_pat_', '\\bgithub_pat_[A-Za-z0-9_]{40,}\\b'],
  ['xox', '\\bxox[abeoprs](?:\\.xox[a-z])?-[A-Za-z0-9-]{10,}\\b'],
  ['xapp-', '\\bxapp-[A-Za-z0-9-]{10,}\\b'],
  ['sk-', '\\bsk-(?:ant-|proj-|svcacct-|admin-|or-v1-)?[A-Za-z0-9_-]{20,}\\b'],
  ['sk_ rk_', '\\b[sr]k_(?:live|test|prod)_[A-Za-z0-9]{16,}\\b'],
  ['whsec_', '\\bwhsec_[A-Za-z0-9+/=]{24,}'],
  ['A3T AKIA ASIA ABIA ACCA', '\\b(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}\\b'],
  ['AIza', '\\bAIza[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-])'],
  ['ya29', '\\bya29\\.[0-9A-Za-z_-]{20,}'],
  ['GOCSPX-', '\\bGOCSPX-[A-Za-z0-9_-]{20,}'],
  [
    'glpat- glrt- gldt- glptt- gloas- glcbt- glft- glimt- glagent- glsoat- glffct- glrtr-',
    '\\bgl(?:pat|rt|dt|ptt|oas|cbt|ft|imt|agent|soat|ffct|rtr)-[A-Za-z0-9_.-]{20,}',
  ],
  ['npm_', '\\bnpm_[A-Za-z0-9]{36}\\b'],
  ['pypi-', '\\bpypi-[A-Za-z0-9_-]{50,}\\b'],
  ['rubygems_', '\\brubygems_[a-f0-9]{48}\\b'],
  ['hf_ api_org_', '\\b(?:hf|api_org)_[A-Za-z0-9]{30,}\\b'],
  ['lin_api_ lin_oauth_', '\\blin_(?:api|oauth)_[A-Za-z0-9]{30,}\\b'],
  ['doo_v1_ dop_v1_ dor_v1_', '\\bdo[opr]_v1_[a-f0-9]{60,}\\b'],
  ['SG.', '\\bSG\\.[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]{16,}'],
  ['gsk_', '\\bgsk_[A-Za-z0-9]{40,}\\b'],
  ['xai-', '\\bxai-[A-Za-z0-9]{60,}\\b'],
  ['pplx-', '\\bpplx-[A-Za-z0-9]{40,}\\b'],
  ['r8_', '\\br8_[A-Za-z0-9]{37,}\\b'],
  ['hvs. hvb.', '\\bhv[sb]\\.[A-Za-z0-9_-]{24,}'],
  ['atlasv1', '\\b[A-Za-z0-9]{14}\\.atlasv1\\.[A-Za-z0-9_=-]{60,}'],
  ['ATATT3 ATCTT3 ATBB', '\\b(?:ATATT3|ATCTT3)[A-Za-z0-9_=-]{60,}|\\bATBB[A-Za-z0-9]{32,}\\b'],
  ['shpat_ shpca_ shppa_ shpss_', '\\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\\b'],
  ['sq0 EAAA', '\\b(?:sq0[a-z]{3}-|EAAA)[A-Za-z0-9_-]{22,}'],
  ['dapi', '\\bdapi[a-f0-9]{32}(?:-\\d)?\\b'],
  ['glsa_ glc_', '\\bglsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}\\b|\\bglc_[A-Za-z0-9+/=]{32,}'],
  ['HRKU-', '\\bHRKU-[A-Za-z0-9_-]{36,}'],
  ['FlyV1 fm1 fm2', '\\bFlyV1 [A-Za-z0-9+/=,_-]{40,}|\\bfm[12][ar]?_[A-Za-z0-9+/=]{60,}'],
  [
    'nfp_ vcp_ vci_ vca_ vcr_ vck_ vercel_',
    '\\b(?:nfp|vc[piark]|vercel_[a-z]+)_[A-Za-z0-9]{24,}\\b',
  ],
  ['ntn_ secret_', '\\bntn_[A-Za-z0-9]{40,}\\b|\\bsecret_[A-Za-z0-9]{43}\\b'],
  ['NRAK NRII NRBR NRJS', '\\bNR(?:AK|II|BR|JS)-[A-Za-z0-9]{19,}'],
  ['PMAK-', '\\bPMAK-[a-f0-9]{24}-[a-f0-9]{34}\\b'],
  ['pscale_', '\\bpscale_[a-z]+_[A-Za-z0-9=._-]{32,}'],
  ['pul- pnu_', '\\bpul-[a-f0-9]{40}\\b|\\bpnu_[A-Za-z0-9]{36}\\b'],
  ['sntry', '\\bsntry[su]_[A-Za-z0-9+/=_-]{40,}'],
  ['sbp_ sb_secret_', '\\bsbp_[a-f0-9]{40}\\b|\\bsb_secret_[A-Za-z0-9_-]{20,}'],
  ['tskey-', '\\btskey-[a-z]+-[A-Za-z0-9_-]{16,}'],
  ['sqp_ sqa_ squ_', '\\bsq[pau]_[a-f0-9]{40}\\b'],
  ['sgp_', '\\bsgp_(?:[a-fA-F0-9]{16}_|local_)?[a-fA-F0-9]{40}\\b'],
  ['dckr_', '\\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{20,}'],
  ['dp.', '\\bdp\\.(?:pt|st|ct|sa|scim|audit)\\.[A-Za-z0-9._-]{40,}'],
  ['dt0c01', '\\bdt0c01\\.[A-Z0-9]{24}\\.[A-Z0-9]{64}\\b'],
  ['figd_', '\\bfigd_[A-Za-z0-9_-]{36,}'],
  ['xkeysib-', '\\bxkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}\\b'],
  ['CCIPAT_', '\\bCCIPAT_[A-Za-z0-9]{22}_[a-f0-9]{40}\\b'],
  ['bkua_', '\\bbkua_[a-f0-9]{40}\\b'],
  ['rnd_ lsv2_', '\\brnd_[A-Za-z0-9]{28,}\\b|\\blsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}\\b'],
  ['pat-', '\\bpat-(?:na|eu)\\d-[a-f0-9-]{36}\\b'],
  ['AGE-SECRET', '\\bAGE-SECRET-KEY-1[0-9A-Z]{50,}'],
  ['ops_', '\\bops_eyJ[A-Za-z0-9+/=_-]{60,}'],
  ['LTAI', '\\bLTAI[A-Za-z0-9]{16,20}\\b'],
  ['oy2', '\\boy2[a-z0-9]{43}\\b'],
  ['AccountKey', 'AccountKey=([A-Za-z0-9+/]{60,}={0,2})'],
  ['SharedAccess', 'SharedAccessKey=([A-Za-z0-9+/]{40,}={0,2})'],
  ['sig=', '[?&]sig=([A-Za-z0-9%+/=_-]{30,})'],
  [':AA', '\\b\\d{8,10}:AA[A-Za-z0-9_-]{32,}'],
  // Sessions' tokens of ao itself: nobody else has the prefix, so a piece of one goes too.
  ['ao_s_', '\\bao_s_[A-Za-z0-9_-]{8,}'],
  // JSON web tokens: two parts that begin like JSON in base64.
  ['eyJ', '\\beyJ[A-Za-z0-9_-]{10,}\\.eyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{10,}'],
  [
    'hooks.slack',
    'hooks\\.slack(?:-gov)?\\.com/(?:services|workflows|triggers)/([A-Za-z0-9/]{20,})',
  ],
  ['webhooks', 'discord(?:app)?\\.com/api/(?:v\\d+/)?webhooks/\\d{5,25}/([A-Za-z0-9_-]{20,})'],
  [
    'BEGIN',
    '-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----[\\s\\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|$)',
  ],
  [
    'uthorization',
    '\\b[Aa]uthorization["\']?\\s*[:=]\\s*["\']?(?:[Bb]earer|[Bb]asic|[Tt]oken|[Bb]ot)\\s*([A-Za-z0-9+/=._~-]{8,})',
  ],
];

/** A password in an address, looked for from each `://`. */
const IN_ADDRESS = /[^\s/:@]{0,100}:([^\s/@]{3,200})(?=@)/y;
/** On lines put together, a port and the name on the next line are none. */
const IN_JOINED_ADDRESS = /[^\s/:@]{1,100}:((?!\d{1,5}\D)[^\s/@]{3,200})(?=@)/y;
const SCHEME = /[a-z][a-z0-9+.-]$/i;

function inAddresses(text: string, shape: RegExp): readonly Place[] {
  const places: Place[] = [];
  for (let at = text.indexOf('://'); at !== -1; at = text.indexOf('://', at + 3)) {
    if (!SCHEME.test(text.slice(Math.max(0, at - 2), at))) continue;
    shape.lastIndex = at + 3;
    const match = shape.exec(text);
    if (match !== null) places.push(placeOf(match));
  }
  return places;
}

/** Discord: the bot's id in base64, a time, a signature. It begins like anything else, so its middle tells. */
const OF_DISCORD = /\b[MNO][A-Za-z\d_-]{23,27}\.[A-Za-z\d_-]{6}\.[A-Za-z\d_-]{27,}/g;
const ITS_SIGNATURE = /[A-Za-z\d_-]{27}/y;

const SHAPES: readonly RegExp[] = TOKENS.map(([, shape]) => new RegExp(shape, 'g'));

/** By their first three characters, five bits of each: small enough to stay near while a text is gone through once for all. */
const TELLS: Array<Array<{ readonly tell: string; readonly shape: RegExp }> | undefined> = [];
const TOLD = new Uint8Array(1 << 15);
const next = (key: number, code: number): number => ((key << 5) | (code & 31)) & 0x7fff;
for (const [index, [tells]] of TOKENS.entries())
  for (const tell of tells.split(' ')) {
    const key = [...tell.slice(0, 3)].reduce((sum, char) => next(sum, char.charCodeAt(0)), 0);
    TELLS[key] = [...(TELLS[key] ?? []), { tell, shape: SHAPES[index] as RegExp }];
    TOLD[key] = 1;
  }
const DOT = 46;
/** From dot to dot in a token of Discord. */
const APART = 7;

function shapesIn(text: string): ReadonlySet<RegExp> {
  const shapes = new Set<RegExp>();
  const codes = codesOf(text);
  const { length } = codes;
  let key = 0;
  let dot = -1;
  for (let at = 0; at < length; at += 1) {
    const code = codes[at] as number;
    key = ((key << 5) | (code & 31)) & 0x7fff;
    if (TOLD[key] === 1) addTold(shapes, text, at - 2, key);
    if (code !== DOT) continue;
    if (at - dot === APART) addDiscord(shapes, text, at + 1);
    dot = at;
  }
  return shapes;
}

function addTold(shapes: Set<RegExp>, text: string, at: number, key: number): void {
  for (const { tell, shape } of TELLS[key] ?? []) if (text.startsWith(tell, at)) shapes.add(shape);
}

function addDiscord(shapes: Set<RegExp>, text: string, at: number): void {
  ITS_SIGNATURE.lastIndex = at;
  if (ITS_SIGNATURE.test(text)) shapes.add(OF_DISCORD);
}

type Place = readonly [from: number, to: number];

/** Where tokens of known shapes stand. */
export const tokensIn = (text: string): readonly Place[] => found(text, IN_ADDRESS);

/** The same in lines that were put together. */
export const tokensInJoined = (text: string): readonly Place[] => found(text, IN_JOINED_ADDRESS);

const found = (text: string, inAddress: RegExp): readonly Place[] => [
  ...[...shapesIn(text)].flatMap((shape) => text.matchAll(shape).map(placeOf).toArray()),
  ...inAddresses(text, inAddress),
];

/** Of the group, which is at the end, or of the whole where there is none. */
function placeOf(match: RegExpExecArray): Place {
  const to = match.index + match[0].length;
  return [to - (match[1] ?? match[0]).length, to];
}
