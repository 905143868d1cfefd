/** Secrets to be planted, the disguises they get on their way out, and a look for them that shares no code with the redactor. */

/** Every character that Markdown, Slack, HTML, JSON or a URL writes in another way. */
export const MARKED = 'my_db_pass*word#2026';
export const EVERY_SIGN = 'Zq7\\`*_{}[]()<>#+-.!|~&"\'/:;=?@$%^,w9Kp 3xRt';
export const KEY = [
  '-----BEGIN OPENSSH PRIVATE KEY-----',
  'b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gt',
  'QyNTUxOQAAACB4rQz7cVx0Qm9yLXNlZWRlZC1rZXktZm9yLXRlc3RzLTAwMDEAAAAgY',
  'AAAEDplanted+planted/keyMaterialThatIsNotAKey0123456789abcdefghijkl==',
  '-----END OPENSSH PRIVATE KEY-----',
].join('\n');

const letters = (length: number, from = 'aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0z'): string =>
  from.repeat(Math.ceil(length / from.length)).slice(0, length);
const hex = (length: number): string => letters(length, '0a1b2c3d4e5f6789');
const upper = (length: number): string => letters(length, 'A1B2C3D4E5F6G7H8');

/** One token of each service whose shape is known, as its documentation shows them. None was ever given out. */
export const TOKENS: Readonly<Record<string, string>> = {
  github: `ghp_${letters(36)}`,
  'github app': `ghs_${letters(36)}`,
  'github fine': `github_pat_${letters(22)}_${letters(59)}`,
  'slack bot': `xoxb-123456789012-1234567890123-${letters(24)}`,
  'slack rotated': `xoxe.xoxp-1-${letters(60)}`,
  'slack app': `xapp-1-A012345-123456-${letters(40)}`,
  anthropic: `sk-ant-api03-${letters(90)}AA`,
  openai: `sk-proj-${letters(74)}`,
  openrouter: `sk-or-v1-${hex(64)}`,
  stripe: `sk_live_${letters(24)}`,
  'stripe restricted': `rk_test_${letters(24)}`,
  'stripe webhook': `whsec_${letters(32)}`,
  aws: `AKIA${upper(16)}`,
  google: `AIza${letters(35)}`,
  'google oauth': `ya29.${letters(60)}`,
  'google client': `GOCSPX-${letters(28)}`,
  gitlab: `glpat-${letters(20)}`,
  'gitlab runner': `glrt-${letters(20)}`,
  npm: `npm_${letters(36)}`,
  pypi: `pypi-AgEIcHlwaS5vcmc${letters(60)}`,
  rubygems: `rubygems_${hex(48)}`,
  huggingface: `hf_${letters(34)}`,
  linear: `lin_api_${letters(40)}`,
  digitalocean: `dop_v1_${hex(64)}`,
  sendgrid: `SG.${letters(22)}.${letters(43)}`,
  groq: `gsk_${letters(52)}`,
  xai: `xai-${letters(80)}`,
  perplexity: `pplx-${letters(48)}`,
  replicate: `r8_${letters(37)}`,
  vault: `hvs.${letters(90)}`,
  terraform: `${letters(14)}.atlasv1.${letters(64)}`,
  atlassian: `ATATT3${letters(186)}`,
  shopify: `shpat_${hex(32)}`,
  square: `sq0csp-${letters(43)}`,
  databricks: `dapi${hex(32)}`,
  grafana: `glsa_${letters(32)}_${hex(8)}`,
  notion: `ntn_${letters(46)}`,
  'new relic': `NRAK-${upper(27)}`,
  postman: `PMAK-${hex(24)}-${hex(34)}`,
  planetscale: `pscale_tkn_${letters(43)}`,
  pulumi: `pul-${hex(40)}`,
  sentry: `sntryu_${hex(64)}`,
  supabase: `sbp_${hex(40)}`,
  tailscale: `tskey-auth-${letters(16)}-${letters(32)}`,
  sonar: `squ_${hex(40)}`,
  docker: `dckr_pat_${letters(27)}`,
  doppler: `dp.pt.${letters(43)}`,
  figma: `figd_${letters(40)}`,
  age: `AGE-SECRET-KEY-1${upper(58)}`,
  telegram: `123456789:AA${letters(33)}`,
  'azure storage': `AccountKey=${letters(86)}==`,
  session: `ao_s_${letters(43)}`,
  discord: `MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.${letters(38)}`,
  jwt: `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.${letters(43)}`,
  'slack hook': `https://hooks.slack.com/services/T01234567/B01234567/${letters(24)}`,
  'discord hook': `https://discord.com/api/webhooks/123456789012345678/${letters(68)}`,
  address: 'postgres://dana:hunter22-of-the-db@db.internal:5432/app',
  bearer: `Authorization: Bearer ${letters(40)}`,
};

/** The part of a token that must be gone; what stands before it tells only what kind it was. */
export const core = (token: string): string =>
  token
    .split(/[\s/=@:]/)
    .filter((part) => part.length >= 8)
    .at(token.startsWith('postgres') ? 1 : -1) ?? token;

const wrap = (text: string, every: number, gap: string): string =>
  text.match(new RegExp(`[\\s\\S]{1,${every}}`, 'g'))?.join(gap) ?? '';
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const bytes = (text: string): readonly string[] =>
  [...Buffer.from(text)].map((byte) => byte.toString(16).padStart(2, '0'));

/** What a secret looks like after something wrote it in its own way. */
export const DISGUISES: Readonly<Record<string, (secret: string) => string>> = {
  plain: (secret) => secret,
  'escaped for Markdown': (secret) => secret.replace(/[\\`*_[\]<>#|~!(){}+.-]/g, '\\$&'),
  'entities of Slack': (secret) => secret.replace(/[&<>]/g, (sign) => entities[sign] ?? sign),
  'entities of HTML': (secret) => secret.replace(/[^\w\s]/g, (sign) => `&#${sign.charCodeAt(0)};`),
  'entities in hexadecimal': (secret) =>
    secret.replace(/[^\s]/g, (sign) => `&#x${sign.charCodeAt(0).toString(16)};`),
  'entities twice': (secret) =>
    secret.replace(/[&<>]/g, (sign) => (entities[sign] ?? sign).replace('&', '&amp;')),
  hexadecimal: (secret) => bytes(secret).join(''),
  HEXADECIMAL: (secret) => bytes(secret).join('').toUpperCase(),
  'hexadecimal with colons': (secret) => bytes(secret).join(':'),
  'hexadecimal with spaces': (secret) => bytes(secret).join(' ').toUpperCase(),
  'hexadecimal in pairs of bytes': (secret) => wrap(bytes(secret).join(''), 4, ' '),
  'a list of bytes': (secret) =>
    bytes(secret)
      .map((byte) => `0x${byte}`)
      .join(', '),
  'escapes of bytes': (secret) =>
    bytes(secret)
      .map((byte) => `\\x${byte}`)
      .join(''),
  base64: (secret) => Buffer.from(secret).toString('base64'),
  'base64 one off': (secret) => Buffer.from(`:${secret},`).toString('base64'),
  'base64 two off': (secret) => Buffer.from(`u:${secret},v`).toString('base64'),
  'base64 for URLs': (secret) => Buffer.from(secret).toString('base64url'),
  'base64 on lines': (secret) => wrap(Buffer.from(`u:${secret}`).toString('base64'), 16, '\n'),
  'percent-encoded': encodeURIComponent,
  'percent-encoded in part': (secret) =>
    secret.replace(/[^A-Za-z0-9]/g, (sign, at: number) =>
      at % 2 === 0 ? encodeURIComponent(sign) : sign,
    ),
  'percent-encoded all through': (secret) =>
    bytes(secret)
      .map((byte) => `%${byte}`)
      .join(''),
  'percent-encoded twice': (secret) => encodeURIComponent(encodeURIComponent(secret)),
  JSON: (secret) => JSON.stringify(secret).slice(1, -1),
  'JSON with slashes': (secret) =>
    JSON.stringify(secret).slice(1, -1).replaceAll('/', '\\/').replaceAll('&', '\\u0026'),
  'JSON in JSON': (secret) => JSON.stringify(JSON.stringify(secret)).slice(1, -1),
  'JSON as code points': (secret) =>
    secret.replace(
      /[^A-Za-z0-9\s]/g,
      (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  'lines of a patch': (secret) => `+${wrap(secret.replaceAll('\n', '\n+'), 11, '\n+')}`,
  'removed lines of a patch': (secret) => `-${wrap(secret.replaceAll('\n', '\n-'), 11, '\n-')}`,
  quoted: (secret) => `> ${wrap(secret.replaceAll('\n', '\n> '), 9, '\n> ')}`,
  'a listing': (secret) => `1 | ${wrap(secret.replaceAll('\n', '\n2 | '), 12, '\n12 | ')}`,
  colours: (secret) => wrap(secret, 5, '\u001b[1;31m\u001b[0m'),
  'a link of a terminal': (secret) => wrap(secret, 6, '\u001b]8;;http://x\u0007'),
  'zero-width characters': (secret) => wrap(secret, 1, '\u200b'),
  'soft hyphens and joiners': (secret) => wrap(secret, 3, '\u00ad\u2060'),
  'tags and selectors': (secret) => wrap(secret, 4, '\u{e0041}\ufe0f'),
  'full width': (secret) =>
    secret.replace(/[!-~]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0)),
  'lines of a terminal': (secret) => wrap(secret, 7, '\r\n   '),
};

const decodedOnce = (text: string): string =>
  text
    .replace(/\u001b\[[0-9;]*m|\u001b\]8;;[^\u0007]*\u0007/g, '')
    .replace(/&#x([0-9a-f]+);/gi, (_all, code: string) =>
      String.fromCodePoint(Number.parseInt(code, 16)),
    )
    .replace(/&#(\d+);/g, (_all, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replace(/\\u([0-9a-f]{4})|\\x([0-9a-f]{2})/gi, (_all, four?: string, two?: string) =>
      String.fromCharCode(Number.parseInt(four ?? two ?? '', 16)),
    )
    .replace(/%([0-9a-f]{2})/gi, (_all, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    )
    .replace(/\\[nrt]/g, ' ')
    .normalize('NFKC');
const bare = (text: string): string => text.replace(/[^A-Za-z0-9]/g, '');

interface Layer {
  readonly letters: string;
  /** Without the numbers of a listing. */
  readonly unnumbered: string;
  readonly low: string;
}

/** What a text reads like, decoded again and again. */
export function layersOf(text: string): readonly Layer[] {
  const layers = [text];
  for (let next = decodedOnce(text); next !== layers.at(-1) && layers.length < 5; ) {
    layers.push(next);
    next = decodedOnce(next);
  }
  return layers.map((layer) => {
    const letters = bare(layer);
    return {
      letters,
      unnumbered: bare(layer.replace(/\n\s*\d+ ?\|/g, '')),
      low: letters.toLowerCase().replaceAll('0x', ''),
    };
  });
}

/** In which form a secret can be read out of a text; null when it can't. */
export const leakOf = (text: string, secret: string): string | null =>
  leakIn(layersOf(text), secret);

export function leakIn(layers: readonly Layer[], secret: string): string | null {
  const wanted = bare(secret);
  const inHex = bytes(secret).join('');
  const base64 = [secret, `x${secret}`, `xx${secret}`].map((value, shift) =>
    bare(
      Buffer.from(value)
        .toString('base64')
        .slice(shift === 0 ? 0 : 4, -4),
    ),
  );
  for (const { letters, unnumbered, low } of layers) {
    if (letters.includes(wanted)) return 'in clear';
    if (unnumbered.includes(wanted)) return 'in clear, over lines';
    if (low.includes(inHex)) return 'in hexadecimal';
    if (base64.some((form) => form.length >= 8 && letters.includes(form))) return 'in base64';
  }
  return null;
}
