import type { KnownBlock } from '@slack/types';
import { plainTable } from '../../../../src/lib/plain-table.ts';
import type { Block, ChatMessage } from '../../../../src/slots/chat.ts';
import { buttonRows, selectRow } from './controls.ts';
import { LIMITS } from './limits.ts';
import { cut, disarmed, escapeText, toMrkdwn } from './mrkdwn.ts';
import { preformatted, richText } from './rich-text.ts';
import { plainText } from './spans.ts';

/** Share of a message that buttons and menus may have; ao's own have a tenth of it. */
const CONTROLS_SIZE = LIMITS.message / 2;

/** What goes to Slack: blocks within every limit, and as files what did not fit. */
export interface Rendered {
  /** Notification line, escaped. */
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
  readonly files: ReadonlyArray<{ readonly name: string; readonly content: string }>;
  readonly images: ReadonlyArray<{ readonly file: string; readonly alt: string }>;
}

export interface RenderOptions {
  /** Slack user ids to mention. */
  readonly mentions?: readonly string[];
  readonly maxBlocks?: number;
}

export function renderMessage(message: ChatMessage, options: RenderOptions = {}): Rendered {
  const maxBlocks = options.maxBlocks ?? LIMITS.blocks;
  const mentions = options.mentions ?? [];
  const images = message.blocks.flatMap((block) =>
    block.type === 'image' ? [{ file: block.file, alt: block.alt }] : [],
  );
  const pieces = message.blocks.flatMap((block, at) =>
    renderBlock(block, message.kind, at === 0 ? mentions : []),
  );
  const { kept, rest } = fitting(pieces, maxBlocks);
  const more = rest === '' ? [] : [{ name: 'more.txt', content: rest }];
  const said = mentions.map((user) => `<@${user}> `).join('');
  return {
    text: said + cut(escapeText(message.text), LIMITS.fallback),
    blocks: rest === '' ? kept : [...kept, note('The rest is in the file.')],
    files: [...(message.files ?? []), ...more],
    images,
  };
}

/** A block with the characters it counts for, and what it would be in a file. */
interface Piece {
  readonly block: KnownBlock;
  readonly size: number;
  readonly plain: string;
  /** Controls are kept before text: without them nobody can act. */
  readonly control: boolean;
}

function renderBlock(
  block: Block,
  kind: ChatMessage['kind'],
  mentions: readonly string[],
): readonly Piece[] {
  switch (block.type) {
    case 'text':
      return kind === 'agent'
        ? [speech(block.text)]
        : parts(block.text, LIMITS.text).map((part, at) =>
            piece(richText(part, at === 0 ? mentions : []), plainText(part)),
          );
    case 'context':
      return [
        piece(
          {
            type: 'context',
            elements: [{ type: 'mrkdwn', text: cut(toMrkdwn(block.text), LIMITS.contextText) }],
          },
          plainText(block.text),
        ),
      ];
    case 'code':
      return parts(block.text, LIMITS.text).map((part, at) =>
        piece(
          preformatted(at === 0 && block.title !== null ? cut(block.title, 150) : null, part),
          part,
        ),
      );
    case 'fields':
      return fieldBlocks(block.fields);
    case 'table': {
      const lines = plainTable([block.columns, ...block.rows]).join('\n');
      return parts(lines, LIMITS.text).map((part) => piece(preformatted(null, part), part));
    }
    case 'buttons':
      return buttonRows(block.buttons).map(control);
    case 'select':
      return [control(selectRow(block.select))];
    case 'divider':
      return [piece({ type: 'divider' }, '---')];
    case 'image':
      return [];
  }
}

const piece = (block: KnownBlock, text: string): Piece => ({
  block,
  size: sizeOf(block),
  plain: text,
  control: false,
});
const control = (block: KnownBlock): Piece => ({
  block,
  size: sizeOf(block),
  plain: '',
  control: true,
});

/** Characters that people see; Slack counts them all together. */
function sizeOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, item]) =>
      sum + (key === 'text' && typeof item === 'string' ? item.length : sizeOf(item)),
    0,
  );
}

/** An agent's words: Slack reads the Markdown itself, after what could ping was disarmed. */
const speech = (text: string): Piece =>
  piece({ type: 'markdown', text: cut(disarmed(text), LIMITS.message - 500) }, text);

function fieldBlocks(
  fields: ReadonlyArray<{ readonly name: string; readonly value: string }>,
): readonly Piece[] {
  return Array.from({ length: Math.ceil(fields.length / LIMITS.fields) }, (_, row) => {
    const some = fields.slice(row * LIMITS.fields, (row + 1) * LIMITS.fields);
    const shown = some.map((field) => ({
      type: 'mrkdwn' as const,
      text: cut(`*${escapeText(field.name)}*\n${toMrkdwn(field.value)}`, LIMITS.field),
    }));
    return piece(
      { type: 'section', fields: shown },
      some.map((field) => `${field.name}: ${plainText(field.value)}`).join('\n'),
    );
  });
}

/** At most `limit` characters each, cut at lines where there are any. */
function parts(text: string, limit: number): readonly string[] {
  const out: string[] = [];
  let rest = text;
  while (rest.length > limit) {
    const line = rest.lastIndexOf('\n', limit);
    const at = line > limit / 2 ? line : limit;
    out.push(rest.slice(0, at));
    rest = rest.slice(at).replace(/^\n/, '');
  }
  return [...out, rest];
}

/** Most controls are kept whatever the text is, text as far as it fits; the rest comes back as one plain text. */
function fitting(
  pieces: readonly Piece[],
  maxBlocks: number,
): { readonly kept: readonly KnownBlock[]; readonly rest: string } {
  const controls = new Set<Piece>();
  let size = 0;
  for (const each of pieces) {
    if (!each.control || controls.size >= maxBlocks - 2 || size + each.size > CONTROLS_SIZE)
      continue;
    controls.add(each);
    size += each.size;
  }
  let texts = maxBlocks - 1 - controls.size;
  const kept: KnownBlock[] = [];
  const rest: string[] = [];
  for (const each of pieces) {
    if (each.control) {
      if (controls.has(each)) kept.push(each.block);
    } else if (rest.length === 0 && texts > 0 && size + each.size <= LIMITS.message) {
      kept.push(each.block);
      texts -= 1;
      size += each.size;
    } else rest.push(each.plain);
  }
  return { kept, rest: rest.join('\n\n') };
}

const note = (text: string): KnownBlock => ({
  type: 'context',
  elements: [{ type: 'mrkdwn', text }],
});
