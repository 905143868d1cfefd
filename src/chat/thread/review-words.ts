/** What reviewers asked for, quoted. */
import type { SessionEvent } from '../../domain/session/event.ts';
import type { Block } from '../../slots/chat.ts';
import { textBlock } from '../words/message.ts';
import { escapeMarkdown, oneLine } from '../words/wording.ts';

/** A quotation per remark: where, and the words. Says how many more there are, because those are not lost: the agent got them. */
export function remarkBlocks(
  event: Extract<SessionEvent, { type: 'review.changes_requested' }>,
): readonly Block[] {
  const remarks = event.remarks ?? [];
  if (remarks.length === 0) return [];
  const many = new Set(remarks.map((remark) => remark.by)).size > 1;
  const quotes = remarks.map(({ by, file, line, text }) => {
    const place = file === null ? '' : ` ${oneLine(file, 120)}${line === null ? '' : `:${line}`}`;
    const head = `${many ? `@${by}` : ''}${place}`.trim();
    const words = escapeMarkdown(oneLine(text, 300));
    return `> ${head === '' ? '' : `**${escapeMarkdown(head)}** `}${words}`;
  });
  const rest = event.comments.length - remarks.length;
  return [textBlock([...quotes, ...(rest > 0 ? [`> and ${rest} more`] : [])].join('\n'))];
}
