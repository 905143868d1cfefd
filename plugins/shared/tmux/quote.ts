/**
 * One argument as tmux's own command parser reads it back (cmd-parse.y: it is not a shell).
 * Single quotes keep everything but a single quote; what can't stand in them goes between double quotes,
 * control characters as octal, because a control-mode command ends at the newline.
 */
function quote(argument: string): string {
  const parts = argument.match(/[^'\u0000-\u001f\u007f]+|['\u0000-\u001f\u007f]/g) ?? [];
  return parts.length === 0 ? "''" : parts.map(quotePart).join('');
}

function quotePart(part: string): string {
  if (part === "'") return `"'"`;
  const code = part.charCodeAt(0);
  if (part.length === 1 && (code < 0x20 || code === 0x7f))
    return `"\\${code.toString(8).padStart(3, '0')}"`;
  return `'${part}'`;
}

/** A whole command line. */
export const commandLine = (words: readonly string[]): string =>
  words.map((word) => (/^[A-Za-z0-9_-]+$/.test(word) ? word : quote(word))).join(' ');

/** Protects text from tmux's format expansion (`#{...}`, `#(...)`), where an option expands it (`new-session -c`). */
export const escapeFormat = (text: string): string => text.replaceAll('#', '##');
