/** Escape sequences: CSI, OSC (to BEL or ST), and two-byte ones. */
const ESCAPES =
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-_])|\u009b[0-?]*[ -/]*[@-~]/g;
const CONTROLS =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** Untrusted text for a terminal: no escape sequences, control characters, or invisible and direction-changing characters. */
export const plainText = (text: string): string => text.replace(ESCAPES, '').replace(CONTROLS, '');

/** The same on one line. */
export const plainLine = (text: string): string =>
  /^[!-~]+(?: [!-~]+)*$/.test(text) ? text : plainText(text).replace(/\s+/g, ' ').trim();
