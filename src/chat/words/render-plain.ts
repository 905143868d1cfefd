/** A message as plain text, for terminals, one-way notifiers and tests. */
import { plainTable } from '../../lib/plain-table.ts';
import type { Block, Button, ChatMessage } from '../../slots/chat.ts';
import { withoutControls } from './wording.ts';

export function renderPlain(message: ChatMessage): string {
  const lines = message.blocks.flatMap(renderBlock);
  const files = (message.files ?? []).map(
    (file) => `(file: ${file.name}, ${file.content.length} characters)`,
  );
  const mentions =
    message.mention === undefined || message.mention.length === 0
      ? []
      : [`(mentions: ${message.mention.join(', ')})`];
  return [...(lines.length === 0 ? [message.text] : lines), ...files, ...mentions]
    .map(withoutControls)
    .join('\n');
}

function renderBlock(block: Block): readonly string[] {
  switch (block.type) {
    case 'text':
    case 'context':
      return plainMarkdown(block.text).split('\n');
    case 'code':
      return [
        ...(block.title === null ? [] : [`--- ${block.title}`]),
        ...block.text.split('\n').map((line) => `  ${line}`),
      ];
    case 'fields':
      return block.fields.map((field) => `${field.name}: ${plainMarkdown(field.value)}`);
    case 'table':
      return plainTable([block.columns, ...block.rows]);
    case 'buttons':
      return [block.buttons.map(renderButton).join(' ')];
    case 'select':
      return [
        `[${block.select.placeholder}: ${block.select.options.map((option) => option.label).join(' | ')}]`,
      ];
    case 'image':
      return [`(image: ${block.alt})`];
    case 'divider':
      return ['---'];
  }
}

const renderButton = (button: Button): string => `[${button.label}]`;

/** Drops emphasis and backslashes; links keep their label. Code spans are left alone. */
export function plainMarkdown(markdown: string): string {
  return markdown
    .split(/((?<![\\`])`+[^`]*`+)/)
    .map((part) => (part.startsWith('`') ? part.replace(/^`+ ?| ?`+$/g, '') : plainSpan(part)))
    .join('');
}

const plainSpan = (text: string): string =>
  text
    .replace(/\[((?:\\.|[^\]\\])*)\]\((?:https?|time):[^)\s]*\)/g, '$1')
    .replace(/(?<!\\)(\*\*|__|\*)/g, '')
    .replace(/\\([\\`*_[\]<>#|~!])/g, '$1');
