import { isRecord } from '../../../src/lib/is-record.ts';

/** A node of Atlassian's document format. */
interface Node {
  readonly type: string;
  readonly text?: string;
  readonly content?: readonly Node[];
  readonly attrs?: Readonly<Record<string, unknown>>;
  readonly marks?: ReadonlyArray<{
    readonly type: string;
    readonly attrs?: Readonly<Record<string, unknown>>;
  }>;
}

/** Longest text that Jira takes, characters. */
const MAX_TEXT = 32_000;
const CUT = '\n\n(ao cut the rest: Jira takes no more.)';
const FENCE = /^```(\w*)\n([\s\S]*?)\n```$/;
const LINK = /\[([^\]\n]+)\]\((https?:\/\/[^\s)]+)\)/g;

/** Paragraphs, fenced code and links; everything else of Markdown stays as it is written, which people can read. */
export function toAdf(markdown: string): unknown {
  const text =
    markdown.length <= MAX_TEXT ? markdown : `${markdown.slice(0, MAX_TEXT - CUT.length)}${CUT}`;
  const content = blocksOf(text).flatMap((block): readonly Node[] => {
    const [, language, code] = FENCE.exec(block) ?? [];
    if (code !== undefined)
      return [
        {
          type: 'codeBlock',
          ...(language === '' ? {} : { attrs: { language } }),
          // Jira takes no empty text.
          ...(code === '' ? {} : { content: [{ type: 'text', text: code }] }),
        },
      ];
    return block.trim() === '' ? [] : [{ type: 'paragraph', content: linesOf(block) }];
  });
  return { type: 'doc', version: 1, content };
}

/** At blank lines, but not inside of fences. */
function blocksOf(text: string): readonly string[] {
  const parts = text.split(/(^```\w*\n[\s\S]*?\n```$)/m);
  return parts.flatMap((part) => (FENCE.test(part) ? [part] : part.split(/\n{2,}/))).map(trimmed);
}
const trimmed = (block: string): string => block.replace(/^\n+|\n+$/g, '');

const linesOf = (block: string): readonly Node[] =>
  block
    .split('\n')
    .flatMap((line, at) => [...(at === 0 ? [] : [{ type: 'hardBreak' }]), ...spansOf(line)]);

function spansOf(line: string): readonly Node[] {
  const spans: Node[] = [];
  let end = 0;
  for (const match of line.matchAll(LINK)) {
    if (match.index > end) spans.push({ type: 'text', text: line.slice(end, match.index) });
    const marks = [{ type: 'link', attrs: { href: match[2] } }];
    spans.push({ type: 'text', text: match[1] ?? '', marks });
    end = match.index + match[0].length;
  }
  if (end < line.length) spans.push({ type: 'text', text: line.slice(end) });
  return spans;
}

/** Markdown of a document; of nodes that are not known their text. Anything else is no text. */
export function fromAdf(value: unknown): string {
  if (typeof value === 'string') return value;
  return isRecord(value) && value.type === 'doc' ? blocks(contentOf(value), '') : '';
}

export const anyText = (value: unknown): string => (typeof value === 'string' ? value : '');

const contentOf = (node: unknown): readonly Node[] =>
  isRecord(node) && Array.isArray(node.content) ? (node.content as readonly Node[]) : [];
const blocks = (nodes: readonly Node[], indent: string): string =>
  nodes.map((node) => blockOf(node, indent)).join('\n\n');

function blockOf(node: Node, indent: string): string {
  const inner = contentOf(node);
  switch (node.type) {
    case 'heading':
      return `${'#'.repeat(Number(node.attrs?.level ?? 1))} ${inline(inner)}`;
    case 'codeBlock':
      return `\`\`\`${String(node.attrs?.language ?? '')}\n${inline(inner)}\n\`\`\``;
    case 'bulletList':
      return items(inner, indent, () => '- ');
    case 'orderedList':
      return items(inner, indent, (at) => `${at + 1}. `);
    case 'blockquote':
      return blocks(inner, indent).replace(/^/gm, '> ');
    case 'rule':
      return '---';
    case 'paragraph':
      return inline(inner);
    default:
      return inner.some((one) => one.type === 'text') ? inline(inner) : blocks(inner, indent);
  }
}

const items = (nodes: readonly Node[], indent: string, sign: (at: number) => string): string =>
  nodes
    .map((node, at) => {
      const [first, ...rest] = contentOf(node).map((one) => blockOf(one, `${indent}  `));
      return [`${indent}${sign(at)}${first ?? ''}`, ...rest].join('\n');
    })
    .join('\n');

const inline = (nodes: readonly Node[]): string => nodes.map(spanOf).join('');

function spanOf(node: Node): string {
  switch (node.type) {
    case 'hardBreak':
      return '\n';
    case 'mention':
      return String(node.attrs?.text ?? '@somebody');
    case 'emoji':
      return String(node.attrs?.text ?? node.attrs?.shortName ?? '');
    case 'inlineCard':
      return String(node.attrs?.url ?? '');
    case 'text':
      return (node.marks ?? []).reduce(markedAs, node.text ?? '');
    default:
      return node.text ?? inline(contentOf(node));
  }
}

function markedAs(text: string, mark: NonNullable<Node['marks']>[number]): string {
  switch (mark.type) {
    case 'code':
      return `\`${text}\``;
    case 'strong':
      return `**${text}**`;
    case 'em':
      return `_${text}_`;
    case 'strike':
      return `~~${text}~~`;
    case 'link':
      return `[${text}](${String(mark.attrs?.href ?? '')})`;
    default:
      return text;
  }
}
