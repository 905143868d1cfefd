import { type Span, spansOf } from './spans.ts';

/** The three characters with a meaning in Slack's text; with them escaped nothing in it can mention, link or ping. */
export const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** ao's Markdown as mrkdwn, for the places that take nothing else (context lines, confirm dialogs). */
export const toMrkdwn = (markdown: string): string => spansOf(markdown).map(spanText).join('');

function spanText(span: Span): string {
  if (span.moment !== null)
    return `<!date^${span.moment}^{ago}|${escapeText(span.text).replaceAll('|', '¦')}>`;
  const text = span.code ? `\`${escapeText(span.text).replaceAll('`', "'")}\`` : marked(span);
  return span.url === null ? text : `<${escapeText(span.url)}|${text.replaceAll('|', '¦')}>`;
}

/** Marks must touch the text they belong to; white space stays outside of them. */
function marked(span: Span): string {
  const [, before = '', inner = '', after = ''] =
    /^(\s*)([\s\S]*?)(\s*)$/.exec(escapeText(span.text)) ?? [];
  if (inner === '') return before + after;
  const struck = span.strike ? `~${inner}~` : inner;
  const slanted = span.italic ? `_${struck}_` : struck;
  return `${before}${span.bold ? `*${slanted}*` : slanted}${after}`;
}

/** An agent's Markdown for a markdown block: as it is, but nothing in it can ping or mention. */
export const disarmed = (markdown: string): string =>
  markdown
    .replace(/<(?=[!@#])/g, '<\u200b')
    .replace(/(^|[^\w])@(channel|here|everyone)\b/gi, '$1@\u200b$2');

/** Cut at `limit` characters with an ellipsis; never in the middle of an entity or a surrogate pair. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const head = text
    .slice(0, limit - 1)
    .replace(/&[a-z]{0,4}$/, '')
    .replace(/[\ud800-\udbff]$/, '');
  return `${head}…`;
}
