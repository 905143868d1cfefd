/** What is random all through is no text, so it is not looked into. */
const READABLE = /[\x20-\x7e\u00a1-\u024f]{6,}/;
const BASE64_RUN = /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{24,}={0,2}/g;
/** Text in base64 has both; paths and names in code mostly don't. */
const MIXED = /[A-Z].*[a-z0-9]|[a-z0-9].*[A-Z]/;
/** As mail and certificates have it: on lines. */
const BASE64_LINES =
  /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{12,}(?:[ \t]*\r?\n[ \t>|]*[A-Za-z0-9+/_-]+)+={0,2}/g;
/** Pairs of digits, with what people and programs put between them. */
const HEX_RUN =
  /(?<![0-9A-Za-z])(?=[^g-wyzG-WYZ]{12})(?:(?:0x|\\x|%)?[0-9a-fA-F]{2}(?:[ \t]*[:,;.-][ \t]*|[ \t]*\r?\n[ \t]*|[ \t]+)?){6,}/g;

/** A run of base64 or hexadecimal whose content has to be masked is masked as a whole. */
export function withoutEncoded(
  text: string,
  isSecret: (decoded: string) => boolean,
  mask: string,
): string {
  const holds = (bytes: Buffer): boolean => {
    const decoded = bytes.toString('utf8');
    return READABLE.test(decoded) && isSecret(decoded);
  };
  const inBase64 = (run: string): boolean =>
    MIXED.test(run) && [0, 1, 2, 3].some((from) => holds(Buffer.from(run.slice(from), 'base64')));
  const noLines = text.includes('\n')
    ? text.replaceAll(BASE64_LINES, (run) => (inBase64(run.replaceAll(/[\s>|]/g, '')) ? mask : run))
    : text;
  const noBase64 = noLines.replaceAll(BASE64_RUN, (run) => (inBase64(run) ? mask : run));
  return noBase64.replaceAll(HEX_RUN, (run) => {
    const digits = run.replaceAll(/0x|\\x|[^0-9a-fA-F]/g, '');
    return [0, 1].some((from) => holds(Buffer.from(digits.slice(from), 'hex')))
      ? run.replace(/^[\s\S]*?(\s*)$/, `${mask}$1`)
      : run;
  });
}
