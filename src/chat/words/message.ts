/** Small builders, so that composing a message reads like the message. */
import type { Block, Button, ChatMessage, ChatReply, Markdown } from '../../slots/chat.ts';
import { type ButtonVerb, buttonId } from './button-id.ts';

export const textBlock = (text: Markdown): Block => ({ type: 'text', text });
export const context = (text: Markdown): Block => ({ type: 'context', text });
export const code = (title: string | null, text: string, folded: boolean): Block => ({
  type: 'code',
  title,
  text,
  folded,
});

/** Nothing when there is no button. */
export const buttons = (list: readonly Button[]): readonly Block[] =>
  list.length === 0 ? [] : [{ type: 'buttons', buttons: list }];

export function button(
  label: string,
  verb: ButtonVerb,
  session: string | null,
  arg: string | null = null,
  extra: Partial<Pick<Button, 'style' | 'confirm'>> = {},
): Button {
  return {
    id: buttonId(verb, session, arg),
    label,
    style: extra.style ?? 'plain',
    ...(extra.confirm === undefined ? {} : { confirm: extra.confirm }),
  };
}

/** Opens an address; no action comes back. */
export const linkButton = (label: string, id: string, url: string): Button => ({
  id,
  label,
  style: 'plain',
  url,
});

/** A post: `line` is the notification line (plain), the first block is its Markdown form. */
export function post(
  line: string,
  markdown: Markdown,
  more: readonly Block[] = [],
  extra: Partial<Omit<ChatMessage, 'text' | 'blocks' | 'kind'>> = {},
): ChatMessage {
  return { text: line, blocks: [textBlock(markdown), ...more], kind: 'post', ...extra };
}

export const whisper = (
  line: string,
  markdown: Markdown,
  more: readonly Block[] = [],
  extra: Partial<Omit<ChatMessage, 'text' | 'blocks' | 'kind'>> = {},
): ChatReply => ({
  whisper: post(line, markdown, more, extra),
});

/** Facts joined the way the card does it; empty ones are left out. */
export const dots = (parts: readonly (string | null)[]): string =>
  parts.filter((part) => part !== null && part !== '').join(' · ');
