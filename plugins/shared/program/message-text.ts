import { createHash } from 'node:crypto';

const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** What can be typed: line ends are newlines, no control characters but tab and newline. */
export const typeable = (text: string): string =>
  text.replace(/\r\n?/g, '\n').replace(CONTROLS, '');

/** Text as it is typed. A leading `/`, `!` or `-` would be a command or an option to many programs; a space before it disarms it. */
export const disarmed = (text: string): string => (/^[/!-]/.test(text) ? ` ${text}` : text);

/** The name of a message in the event file: SHA-256 of its trimmed, typeable text. */
export const fingerprint = (text: string): string =>
  createHash('sha256').update(typeable(text).trim()).digest('hex');
