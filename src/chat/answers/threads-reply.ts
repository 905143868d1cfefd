/** Open review threads of a session, each with its buttons. */

import type { ThreadView } from '../../commands/view/review.ts';
import type { SessionView } from '../../commands/views.ts';
import type { ChatReply } from '../../slots/chat.ts';
import { threadRow } from '../thread/review-thread-buttons.ts';
import { isArgument } from '../words/button-id.ts';
import { buttons, textBlock, whisper } from '../words/message.ts';
import { count, escapeMarkdown, oneLine } from '../words/wording.ts';
import { say } from './refusals.ts';

/** Platforms bear so many blocks; the rest is at the forge. */
const SHOWN = 10;

export function threadsReply(session: SessionView, threads: readonly ThreadView[]): ChatReply {
  if (session.pr === null) return say(`${session.id} has no pull request yet.`);
  const open = threads.filter((thread) => !thread.resolved);
  if (open.length === 0) return say(`No review thread is open on PR #${session.pr.number}.`);
  const line = `${count(open.length, 'open thread')} on PR #${session.pr.number} of ${session.id}${open.length > SHOWN ? `, the first ${SHOWN}` : ''}:`;
  return whisper(
    line,
    escapeMarkdown(line),
    open
      .slice(0, SHOWN)
      .flatMap((thread) => [
        textBlock(threadText(thread)),
        ...buttons(threadRow(session.id, thread.id)),
      ]),
  );
}

/** The thread a button means; what is no button's argument stays as it is. */
export const threadOfButton = (arg: string, threads: readonly ThreadView[]): string =>
  threads.find((thread) => isArgument(arg, thread.id))?.id ?? arg;

function threadText(thread: ThreadView): string {
  const where =
    thread.file === null
      ? 'on the pull request'
      : `${thread.file}${thread.line === null ? '' : `:${thread.line}`}`;
  const said = thread.comments.map(
    (comment) =>
      `${escapeMarkdown(oneLine(comment.author, 40))}: ${escapeMarkdown(oneLine(comment.body, 300))}`,
  );
  return [`**${thread.ref}** ${escapeMarkdown(where)}`, ...said.slice(-3)].join('\n');
}
