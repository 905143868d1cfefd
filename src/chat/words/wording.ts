/** How ao writes numbers, times and other people's text. Everything people read in chat passes through here. */
import type { Markdown } from '../../slots/chat.ts';

const SPECIAL = /[\\`*_[\]<>#|~!]/g;

/** Makes text by others (issue titles, reasons, agent output) inert in Markdown, on one line. */
export function escapeMarkdown(text: string): Markdown {
  return oneLine(text, 1000).replace(SPECIAL, '\\$&');
}

/** Control characters, zero-width and bidi controls never reach a screen. Tab and newline stay. */
export function withoutControls(text: string): string {
  // Escapes on purpose: these characters are invisible in an editor.
  return text.replace(
    // biome-ignore lint/suspicious/noMisleadingCharacterClass: single invisible characters are meant, wherever they stand
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\u{e0000}-\u{e007f}\u{e0100}-\u{e01ef}]/gu,
    '',
  );
}

/** One line, at most `limit` characters, cut with an ellipsis. */
export function oneLine(text: string, limit = 300): string {
  const flat = withoutControls(text).replace(/\s+/g, ' ').trim();
  const characters = Array.from(flat);
  return characters.length <= limit ? flat : `${characters.slice(0, limit - 1).join('')}…`;
}

/** Inline code that survives backticks in the text. */
export function inlineCode(text: string): Markdown {
  const flat = oneLine(text);
  const fence = flat.includes('`') ? '``' : '`';
  return `${fence}${fence.length > 1 ? ` ${flat.replaceAll('``', "''")} ` : flat}${fence}`;
}

/** A link whose label is untrusted; without an address, the label. */
export function link(label: string, url: string | null): Markdown {
  if (url === null || !/^https?:\/\/[^\s<>()]+$/.test(url)) return escapeMarkdown(label);
  return `[${escapeMarkdown(label)}](${url})`;
}

export const shortSha = (sha: string): string => sha.slice(0, 7);

/** `0.4 s`, `12 s`, `34 min`, `3 h 10 min`, `2 d 4 h`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1).replace(/\.0$/, '')} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return twoParts(hours, 'h', minutes % 60, 'min');
  return twoParts(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

const twoParts = (major: number, majorUnit: string, minor: number, minorUnit: string): string =>
  minor === 0 ? `${major} ${majorUnit}` : `${major} ${majorUnit} ${minor} ${minorUnit}`;

/** `34 min ago`, `just now`. */
export function ago(at: number, now: number): string {
  const past = now - at;
  return past < 5000 ? 'just now' : `${duration(past)} ago`;
}

/**
 * The same as a moment that each platform shows in its own live way, where it can: a card is not drawn again only because
 * time went by. Not a link; `readMoment` tells them apart.
 */
export const liveAgo = (at: number, now: number): Markdown => `[${ago(at, now)}](time:${at})`;

/** `in 2 h 10 min (17:00 UTC)`: relative for the reader, exact because the reader may come back later. */
export function timeAhead(at: number, now: number): string {
  const clock = `${new Date(at).toISOString().slice(11, 16)} UTC`;
  return at <= now ? `at ${clock}` : `in ${duration(at - now)} (${clock})`;
}

/** Null is an unknown price, never zero. */
export const money = (usd: number | null): string => (usd === null ? '-' : `$${usd.toFixed(2)}`);

/** `412k`, `1.2M`. */
export function tokenCount(tokens: number): string {
  if (tokens < 1000) return String(tokens);
  if (tokens < 999_500) return `${Math.round(tokens / 1000)}k`;
  return `${(tokens / 1_000_000).toFixed(1).replace(/\.0$/, '')}M`;
}

export const count = (n: number, one: string, many = `${one}s`): string =>
  `${n} ${n === 1 ? one : many}`;

/** `1st`, `2nd`, `3rd`, `11th`. */
export function ordinal(n: number): string {
  const teen = n % 100 >= 11 && n % 100 <= 13;
  const suffix = teen ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${suffix}`;
}

/** `+64 −12`, with a real minus sign. */
export const diffSize = (size: {
  readonly additions: number;
  readonly deletions: number;
}): string => `+${size.additions} −${size.deletions}`;

/** `@dana`. Display only: mentions that ping go through `ChatMessage.mention`. ao itself has no @. */
export const person = (who: { readonly subject: string; readonly name: string }): string =>
  who.subject.startsWith('system:') ? who.name : `@${oneLine(who.name, 60)}`;

/** `@a`, `@a and @b`, `@a, @b and @c` for logins. */
export function people(names: readonly string[]): string {
  const tagged = names.map((name) => `@${oneLine(name, 60)}`);
  if (tagged.length <= 1) return tagged[0] ?? 'nobody';
  return `${tagged.slice(0, -1).join(', ')} and ${tagged.at(-1)}`;
}

/** Ends a sentence that somebody else wrote with exactly one full stop. */
export const sentence = (text: string): string => {
  const line = oneLine(text, 600);
  return /[.!?…:]"?$/.test(line) ? line : `${line}.`;
};

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
