import type { RichTextBlock, RichTextElement, RichTextSection } from '@slack/types';
import { type Span, spansOf } from './spans.ts';

/**
 * Text as rich text: every character is literal, so that no text of others can be read as a mention, a link or a format.
 * `mentions`: Slack user ids said first.
 */
export function richText(markdown: string, mentions: readonly string[] = []): RichTextBlock {
  const people = mentions.flatMap((user): RichTextElement[] => [
    { type: 'user', user_id: user },
    { type: 'text', text: ' ' },
  ]);
  const elements = [...people, ...spansOf(markdown).map(element)];
  return {
    type: 'rich_text',
    elements: [section(elements.length === 0 ? [{ type: 'text', text: ' ' }] : elements)],
  };
}

const section = (elements: RichTextElement[]): RichTextSection => ({
  type: 'rich_text_section',
  elements,
});

function element(span: Span): RichTextElement {
  const style = {
    ...(span.bold ? { bold: true } : {}),
    ...(span.italic ? { italic: true } : {}),
    ...(span.strike ? { strike: true } : {}),
    ...(span.code ? { code: true } : {}),
  };
  const look = Object.keys(style).length === 0 ? {} : { style };
  if (span.moment !== null)
    return { type: 'date', timestamp: span.moment, format: '{ago}', fallback: span.text, ...look };
  if (span.url !== null) return { type: 'link', url: span.url, text: span.text, ...look };
  return { type: 'text', text: span.text, ...look };
}

/** Monospaced, with its title above. */
export function preformatted(title: string | null, text: string): RichTextBlock {
  const head: RichTextSection[] =
    title === null ? [] : [section([{ type: 'text', text: title, style: { bold: true } }])];
  return {
    type: 'rich_text',
    elements: [
      ...head,
      {
        type: 'rich_text_preformatted',
        elements: [{ type: 'text', text: text === '' ? ' ' : text }],
      },
    ],
  };
}
