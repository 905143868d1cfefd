/** Words of somebody else that a person sent along, marked as such; empty when there are none. `from`: their name where it is known. */
export function forwarded(from: string | null, text: string): string {
  const words = text.trim();
  if (words === '') return '';
  const lines = words.split('\n').map((line) => `> ${line}`);
  return [`Forwarded${from === null || from === '' ? '' : ` from ${from}`}:`, ...lines].join('\n');
}

/** Paragraphs, without the empty ones. */
export const paragraphs = (...parts: readonly string[]): string =>
  parts.filter((part) => part.trim() !== '').join('\n\n');

/** For where the files of a message can't come along. */
export const unreadFiles = (names: readonly string[]): string =>
  names.length === 0 ? '' : `(Not read, only named: ${names.join(', ')})`;

/** Commands that take words of any length; others would take them for arguments. */
export const takesWords = (command: string): boolean => /^(?:spawn|send|now)\b/i.test(command);
