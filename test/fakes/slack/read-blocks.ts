import type { Json } from './block-kit.ts';
import { controlsOf } from './person.ts';
import type { FakeMessage } from './workspace.ts';

/** A message as plain text, for snapshots that people review. */
export function readMessageText(message: Pick<FakeMessage, 'text' | 'blocks' | 'files'>): string {
  const lines = message.blocks.length === 0 ? [message.text] : message.blocks.map(readBlock);
  return [...lines, ...message.files.map((file) => `(file ${file.name})`)]
    .filter((line) => line !== '')
    .join('\n');
}

export function readBlock(block: Json): string {
  const elements = (block.elements as Json[] | undefined) ?? [];
  switch (block.type) {
    case 'rich_text':
      return elements.map(readRich).join('\n');
    case 'section':
      return [
        ...(block.text === undefined ? [] : [(block.text as Json).text]),
        ...((block.fields as Json[] | undefined) ?? []).map((field) =>
          String(field.text).replace('\n', ': '),
        ),
      ].join('\n');
    case 'context':
      return elements
        .map((element) => `· ${String(element.text).replace(/<!date\^[^|>]*\|([^>]*)>/g, '$1')}`)
        .join('\n');
    case 'header':
      return `# ${String((block.text as Json).text)}`;
    case 'markdown':
      return String(block.text);
    case 'actions':
      return controlsOf([block])
        .map((control) =>
          control.type === 'static_select' ? `[${control.label} ▾]` : `[${control.label}]`,
        )
        .join(' ');
    case 'input':
      return `${String((block.label as Json).text)}: ____`;
    case 'divider':
      return '---';
    default:
      return `(${String(block.type)})`;
  }
}

function readRich(section: Json): string {
  const parts = (section.elements as Json[]).map((element) => {
    const style = element.style as { bold?: boolean; code?: boolean; italic?: boolean } | undefined;
    if (element.type === 'user') return `<@${String(element.user_id)}>`;
    if (element.type === 'date') return String(element.fallback);
    const text = element.type === 'link' ? `${String(element.text)}↗` : String(element.text);
    return style?.bold === true
      ? `*${text}*`
      : style?.code === true
        ? `\`${text}\``
        : style?.italic === true
          ? `_${text}_`
          : text;
  });
  const text = parts.join('');
  return section.type === 'rich_text_preformatted'
    ? text
        .split('\n')
        .map((line) => `  ${line}`)
        .join('\n')
    : text;
}
