/** Above this nobody reads on, and a message store shouldn't keep it: characters. */
const MOST = 60_000;
/** More empty lines than this push what follows out of sight. */
const EMPTY_LINES = /\n(?:[^\S\n]*\n){4,}/g;
/** What is there and isn't seen, or makes the rest look like something else: controls, zero-width and bidi characters, tags. */
const UNSEEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/**
 * What an agent wants to do, as a person reads it who has to allow it: whole, with nothing in it that can't be seen. Characters
 * that don't show are written as `\u{202e}`, long runs of empty lines as their number. Only what is longer than 60,000
 * characters is cut, and says so in capitals at both ends.
 */
export function permissionText(asked: string): string {
  const text = asked
    .replaceAll('\r\n', '\n')
    .replaceAll(UNSEEN, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`)
    .replaceAll(EMPTY_LINES, (run) => `\n[${run.split('\n').length - 2} empty lines]\n`);
  if (text.length <= MOST) return text;
  const hidden = `${(text.length - MOST).toLocaleString('en')} OF ${text.length.toLocaleString('en')} CHARACTERS ARE NOT SHOWN HERE`;
  return `[${hidden}: LOOK INTO THE TERMINAL BEFORE YOU ALLOW THIS]\n${text.slice(0, MOST)}\n[${hidden}]`;
}
