/**
 * Tokens of well-known services, by their published shapes (those of the gitleaks rules that have a prefix of their own; rules
 * that guess by a word nearby and by entropy would mask commits and hashes). Before each: what a text must have in it for the
 * shape to be looked for.
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
  ['AccountKey', '(?<=AccountKey=)[A-Za-z0-9+/]{60,}={0,2}'],
  ['SharedAccess', '(?<=SharedAccessKey=)[A-Za-z0-9+/]{40,}={0,2}'],
  ['sig=', '(?<=[?&]sig=)[A-Za-z0-9%+/=_-]{30,}'],
  [':AA', '\\b\\d{8,10}:AA[A-Za-z0-9_-]{32,}'],
  // Sessions' tokens of ao itself: nobody else has the prefix, so a piece of one goes too.
  ['ao_s_', '\\bao_s_[A-Za-z0-9_-]{8,}'],
  // JSON web tokens: two parts that begin like JSON in base64.
  ['eyJ', '\\beyJ[A-Za-z0-9_-]{10,}\\.eyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{10,}'],
  [
    'hooks.slack',
    '(?<=hooks\\.slack(?:-gov)?\\.com/(?:services|workflows|triggers)/)[A-Za-z0-9/]{20,}',
  ],
  ['webhooks', '(?<=discord(?:app)?\\.com/api/(?:v\\d+/)?webhooks/\\d{5,25}/)[A-Za-z0-9_-]{20,}'],
  [
    'BEGIN',
    '-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----[\\s\\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|$)',
  ],
  [
    'uthorization',
    '(?<=\\b[Aa]uthorization["\']?\\s*[:=]\\s*["\']?(?:[Bb]earer|[Bb]asic|[Tt]oken|[Bb]ot)\\s*)[A-Za-z0-9+/=._~-]{8,}',
  ],
];

/** A password in an address. */
const IN_ADDRESS = /(?<=\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{0,100}:)[^\s/@]{3,200}(?=@)/gi;

/** On lines put together, a port and the name on the next line are none. */
const IN_JOINED_ADDRESS =
  /(?<=\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{1,100}:)(?!\d{1,5}\D)[^\s/@]{3,200}(?=@)/gi;

/** Discord: the bot's id in base64, a time, a signature. It begins like anything else, so its middle tells. */
const OF_DISCORD = /\b[MNO][A-Za-z\d_-]{23,27}\.[A-Za-z\d_-]{6}\.[A-Za-z\d_-]{27,}/g;
const DISCORD_TELL = /\.[A-Za-z\d_-]{6}\.[A-Za-z\d_-]{27}/;

const SHAPES: readonly RegExp[] = TOKENS.map(([, shape]) => new RegExp(shape, 'g'));

/** By their first three characters, so that a text is gone through once for all of them. */
const TELLS = new Map<number, Array<{ readonly tell: string; readonly shape: RegExp }>>();
const TOLD = new Uint8Array(1 << 21);
const THREE = (1 << 21) - 1;
const next = (key: number, code: number): number => ((key << 7) ^ code) & THREE;
for (const [index, [tells]] of TOKENS.entries())
  for (const tell of tells.split(' ')) {
    const key = [...tell.slice(0, 3)].reduce((sum, char) => next(sum, char.charCodeAt(0)), 0);
    TELLS.set(key, [...(TELLS.get(key) ?? []), { tell, shape: SHAPES[index] as RegExp }]);
    TOLD[key] = 1;
  }

function shapesIn(text: string): Set<RegExp> {
  const shapes = new Set<RegExp>();
  let key = 0;
  for (let at = 0; at < text.length; at += 1) {
    key = next(key, text.charCodeAt(at));
    if (TOLD[key] === 0) continue;
    for (const { tell, shape } of TELLS.get(key) ?? [])
      if (text.startsWith(tell, at - 2)) shapes.add(shape);
  }
  if (DISCORD_TELL.test(text)) shapes.add(OF_DISCORD);
  return shapes;
}

/** Where tokens of known shapes stand. */
export const tokensIn = (text: string): readonly Place[] =>
  found(text, text.includes('://') ? shapesIn(text).add(IN_ADDRESS) : shapesIn(text));

/** Whether it is worth a closer look. */
export const mayHoldTokens = (text: string): boolean =>
  text.includes('://') || shapesIn(text).size > 0;

/** The same in lines that were put together. */
export const tokensInJoined = (text: string): readonly Place[] =>
  found(text, text.includes('://') ? shapesIn(text).add(IN_JOINED_ADDRESS) : shapesIn(text));

type Place = readonly [from: number, to: number];

const found = (text: string, shapes: ReadonlySet<RegExp>): readonly Place[] =>
  [...shapes].flatMap((shape) =>
    text
      .matchAll(shape)
      .map((match) => [match.index, match.index + match[0].length] as const)
      .toArray(),
  );
