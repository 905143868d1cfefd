import { createHash } from 'node:crypto';
import type { Block, ChatMessage } from '../../slots/chat.ts';
import { PluginError } from '../../slots/errors.ts';
import { context } from '../words/message.ts';
import { escapeMarkdown } from '../words/wording.ts';
import type { FadePayload, UpdatePayload } from './chat-job.ts';
import { AGAIN } from './projection.ts';

export const changed = (
  message: ChatMessage,
  key: string,
  change: UpdatePayload | FadePayload,
): ChatMessage =>
  'of' in change
    ? key === change.of || key.startsWith(`${change.of}${AGAIN}`)
      ? change.message
      : message
    : (withoutButtons(message, new Set(change.buttons), change.note) ?? message);

/** Null when the message has none of them. */
export function withoutButtons(
  message: ChatMessage,
  gone: ReadonlySet<string>,
  note: string | null,
): ChatMessage | null {
  const isGone = (block: Block): boolean =>
    block.type === 'buttons' && block.buttons.some((one) => gone.has(one.id));
  if (!message.blocks.some(isGone)) return null;
  const blocks = message.blocks.flatMap((block): readonly Block[] => {
    if (block.type !== 'buttons') return [block];
    const left = block.buttons.filter((one) => !gone.has(one.id));
    return left.length === 0 ? [] : [{ type: 'buttons', buttons: left }];
  });
  const words = blocks.filter((block) => block.type !== 'buttons');
  const left = blocks.filter((block) => block.type === 'buttons');
  // Nobody is mentioned twice.
  const { mention: _, ...quiet } = message;
  return {
    ...quiet,
    blocks: [...words, ...(note === null ? [] : [context(escapeMarkdown(note))]), ...left],
  };
}

/** A moment is the same however long ago it was. */
export const hashOf = (value: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(value).replace(/\[[^\]]*\]\((time:\d+)\)/g, '$1'))
    .digest('hex');

export const isGone = (error: unknown): boolean =>
  error instanceof PluginError && error.kind === 'not_found' && !error.mendable;

/** A person may have deleted what was to be changed; that is theirs to do. */
export async function ignoreGone(done: Promise<void>): Promise<void> {
  try {
    await done;
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}
