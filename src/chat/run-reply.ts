/** A reply in a session's thread: a steer for the agent, with its receipt. */
import type { ChatMessageRef } from '../domain/session.ts';
import type { SessionView } from '../commands/views.ts';
import type { ChatInput, ChatReply } from '../slots/chat.ts';
import type { Asker, InboundDeps } from './inbound-deps.ts';
import { button, buttons, whisper } from './message.ts';
import { refused } from './refusals.ts';
import { outcomeLine } from './cards.ts';
import { escapeMarkdown } from './wording.ts';

type ReplyInput = Extract<ChatInput, { type: 'reply' }>;

export async function runReply(input: ReplyInput, session: string, asker: Asker, deps: InboundDeps): Promise<ChatReply> {
  if (input.text.trim() === '' && input.files.length === 0) return {};
  const found = deps.commands.session(session);
  if (!found.ok) return refused(found.error, asker, deps);
  const saved = input.files.length === 0 ? { ok: true as const, value: [] } : await deps.files.save(input.platform, session, input.files);
  if (!saved.ok) return refused(saved.error, asker, deps);
  if (found.value.outcome !== null) return offerRestore(input, saved.value, found.value, deps);
  return steer(input, saved.value, session, asker, deps);
}

async function steer(input: ReplyInput, files: readonly string[], session: string, asker: Asker, deps: InboundDeps): Promise<ChatReply> {
  const source = sourceOf(input);
  const sent = await deps.commands.send(asker.actor, session, { text: input.text, files, now: false, source, key: asker.key });
  if (!sent.ok) {
    if (source !== null) deps.receipts.set(source, '⚠️');
    return refused(sent.error, asker, deps);
  }
  if (source !== null) deps.receipts.set(source, '👀');
  return {};
}

const sourceOf = (input: ReplyInput): ChatMessageRef | null =>
  input.thread === null ? null : { platform: input.platform, channel: input.channel, thread: input.thread, message: input.message };

function offerRestore(input: ReplyInput, files: readonly string[], session: SessionView, deps: InboundDeps): ChatReply {
  const line = `${session.id} is over: ${outcomeLine(session, deps.now())}.`;
  if (!session.actions.includes('restore') && !session.actions.includes('undo')) return whisper(line, escapeMarkdown(line));
  const draft = deps.drafts.keep({ type: 'message', session: session.id, text: withFiles(input.text, files), files });
  return whisper(line, escapeMarkdown(line), buttons([button('Resume with this message', 'restore_draft', null, draft, { style: 'primary' })]));
}

/** `restore` takes a text only, so files are named in it. */
const withFiles = (text: string, files: readonly string[]): string => [text, ...files.map((file) => `File: ${file}`)].filter((line) => line !== '').join('\n');
