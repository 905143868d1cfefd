/** What ao's own ids on Discord look like. Ids of buttons are used as they are; these are added by the plugin, and fit in 100 characters. */

/** A button that asks before it does anything. */
export const confirmId = (action: string): string => `?${action}`;

/** The yes of such a question; remembers the message the button was on. */
export const yesId = (action: string, message: string): string =>
  `!${BigInt(message).toString(36)} ${action}`;
export const NO_ID = '!no';

/** Opens a form that could not be shown at once, or is shown again. */
export const formButtonId = (stash: string): string => `=${stash}`;

export type CustomId =
  | { readonly type: 'action'; readonly action: string }
  | { readonly type: 'confirm'; readonly action: string }
  | { readonly type: 'yes'; readonly action: string; readonly message: string }
  | { readonly type: 'no' }
  | { readonly type: 'form'; readonly stash: string };

export function parseCustomId(id: string): CustomId {
  if (id === NO_ID) return { type: 'no' };
  const yes = /^!([0-9a-z]+) (.+)$/s.exec(id);
  if (yes !== null) return { type: 'yes', action: yes[2] ?? '', message: fromBase36(yes[1] ?? '') };
  if (id.startsWith('?')) return { type: 'confirm', action: id.slice(1) };
  if (id.startsWith('=')) return { type: 'form', stash: id.slice(1) };
  return { type: 'action', action: id };
}

const fromBase36 = (text: string): string =>
  String([...text].reduce((sum, digit) => sum * 36n + BigInt(Number.parseInt(digit, 36)), 0n));
