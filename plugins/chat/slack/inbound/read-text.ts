/** Slack's text as people wrote it: entities, links and mentions back in plain words. */
export function readText(text: string, nameOf: (user: string) => string): string {
  return text
    .replace(/<([^<>]*)>/g, (_whole, inner: string) => readAngle(inner, nameOf))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

function readAngle(inner: string, nameOf: (user: string) => string): string {
  const bar = inner.indexOf('|');
  const [target, label] = bar < 0 ? [inner, null] : [inner.slice(0, bar), inner.slice(bar + 1)];
  if (target.startsWith('@')) return `@${nameOf(target.slice(1))}`;
  if (target.startsWith('#')) return `#${label ?? target.slice(1)}`;
  if (target.startsWith('!subteam^')) return label ?? '@group';
  if (target.startsWith('!')) return `@${target.slice(1).split('^')[0] ?? ''}`;
  // Slack makes a link of every bare domain: its label is what was typed.
  if (
    label === null ||
    label === target ||
    target === `http://${label}` ||
    target === `mailto:${label}`
  )
    return label ?? target;
  return `${label} (${target})`;
}

/** For commands: mentions stay as Slack writes them, because they name a person exactly. */
export const readCommandText = (text: string): string =>
  text
    .split(/<@([A-Z0-9]+)(?:\|[^>]*)?>/)
    .map((part, at) => (at % 2 === 1 ? `<@${part}>` : readText(part, (id) => id)))
    .join('')
    .trim();

const VERB = /^\s*(?:!(?=[a-z])|\/[a-z0-9_-]+(?=\s|$)\s*)/i;

/** `!stop` (and `/ao stop`, which Slack sends as text when it was typed in a thread) without what makes it a command; null for words. */
export function typedCommand(text: string, command: string): string | null {
  const match = VERB.exec(text);
  if (match === null) return null;
  const head = match[0].trim();
  if (head !== '!' && head !== command) return null;
  return text.slice(match[0].length);
}

/** Without the mention of ao, wherever it stands; null when it is not mentioned. */
export function withoutMention(text: string, botUser: string): string | null {
  const mention = new RegExp(`[^\\S\\n]*<@${botUser}(?:\\|[^>]*)?>[:,]?[^\\S\\n]*`, 'g');
  return mention.test(text) ? text.replace(mention, ' ').trim() : null;
}
