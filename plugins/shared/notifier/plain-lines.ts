import type { Notification } from '../../../src/slots/notifier.ts';

// Escapes on purpose: these characters are invisible in an editor. Tab and newline stay.
const CONTROLS =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** Text of agents and people without what moves a cursor, hides or turns text around. */
export const clean = (text: string): string => text.replaceAll('\r\n', '\n').replace(CONTROLS, '');

/** The same on one line of at most `limit` characters. */
export function oneLine(text: string, limit = 200): string {
  const characters = Array.from(clean(text).replace(/\s+/g, ' ').trim());
  return characters.length <= limit
    ? characters.join('')
    : `${characters.slice(0, limit - 1).join('')}…`;
}

/** At most `limit` characters, cut with an ellipsis. */
export function clipped(text: string, limit: number): string {
  const characters = Array.from(clean(text));
  return characters.length <= limit
    ? characters.join('')
    : `${characters.slice(0, limit - 1).join('')}…`;
}

/** `app-7 in app`, or the project alone. */
export const whereOf = (message: Notification): string =>
  message.session === null ? message.project : `${message.session} in ${message.project}`;

/** `PR #3: Fix login http://…`; null without a pull request. */
export function prLineOf(message: Notification): string | null {
  if (message.pr === null) return null;
  const { number, title, url } = message.pr;
  return `PR #${number}: ${oneLine(title, 120)}${url === null ? '' : ` ${url}`}`;
}

/** What happened, what to do, the pull request, the page: the body of a channel that knows plain text only. */
export function bodyLines(message: Notification): readonly string[] {
  return [
    clean(message.text).trim(),
    message.next === null ? null : clean(message.next),
    prLineOf(message),
    whereOf(message),
    message.url,
  ].filter((line) => line !== null && line !== '') as string[];
}
