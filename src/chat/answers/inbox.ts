/** What needs a person now, each with its buttons. */
import type { InboxItem, SessionView } from '../../commands/views.ts';
import type { Block, ChatMessage } from '../../slots/chat.ts';
import { actionButton } from '../thread/action-buttons.ts';
import { escalationButtons } from '../thread/escalation-buttons.ts';
import { requestControls } from '../thread/request-card.ts';
import { NO_LINKS } from '../words/links.ts';
import { button, buttons, dots, post, textBlock } from '../words/message.ts';
import { checksText } from '../words/pr-text.ts';
import { count, diffSize, escapeMarkdown, liveAgo, oneLine } from '../words/wording.ts';

/** Slack bears 50 blocks in a message; an item takes up to four. */
const MAX_ITEMS = 10;

const EMOJI: Readonly<Record<InboxItem['kind'], string>> = {
  question: '✋',
  permission: '✋',
  escalation: '⚠️',
  merge: '🟢',
  review: '👀',
  waits: '⏳',
  failed_message: '⚠️',
  start: '⏳',
};

export function inboxMessage(
  items: readonly InboxItem[],
  sessionOf: (id: string) => SessionView | null,
  now: number,
): ChatMessage {
  if (items.length === 0) return post('Nothing needs you now.', 'Nothing needs you now.');
  const line = `${count(items.length, 'thing')} ${items.length === 1 ? 'needs' : 'need'} you.`;
  const shown = [...items].sort((a, b) => a.since - b.since).slice(0, MAX_ITEMS);
  const rest = items.length - shown.length;
  const blocks = shown.flatMap((item) => itemBlocks(item, sessionOf(item.session), now));
  return post(line, line, [
    ...blocks,
    ...(rest > 0 ? [textBlock(`and ${rest} more, newer.`)] : []),
  ]);
}

/** What it is, and since when; of a pull request its size and checks. */
export function itemLine(item: InboxItem, now: number, session: SessionView | null): string {
  const text = item.text === '' ? '' : `\n${escapeMarkdown(oneLine(item.text, 400))}`;
  const facts = pullRequestFacts(item, session);
  return `${EMOJI[item.kind]} **${item.session}** ${escapeMarkdown(oneLine(item.title, 120))} (${liveAgo(item.since, now)})${text}${facts === '' ? '' : `\n${facts}`}`;
}

/** `+71 −12 in 4 files · checks 6 of 6`, where a person decides about a pull request. */
function pullRequestFacts({ kind }: InboxItem, session: SessionView | null): string {
  const pr = session?.pr ?? null;
  if (pr === null || (kind !== 'merge' && kind !== 'review' && kind !== 'waits')) return '';
  return dots([`${diffSize(pr)} in ${count(pr.changedFiles, 'file')}`, checksText(pr)]);
}

function itemBlocks(item: InboxItem, session: SessionView | null, now: number): readonly Block[] {
  return [textBlock(itemLine(item, now, session)), ...itemButtons(item, session)];
}

export function itemButtons(item: InboxItem, session: SessionView | null): readonly Block[] {
  if (item.request !== null) return requestControls(item.request, item.session);
  if (item.kind === 'escalation' && item.key !== null)
    return buttons(
      escalationButtons(item.key, {
        id: item.session,
        actions: item.actions,
        pr: session?.pr ?? null,
      }),
    );
  if (session === null) return [];
  if (item.kind === 'failed_message') {
    const failed = session.steers.filter((steer) => steer.state === 'failed').slice(0, 2);
    return buttons(
      failed.flatMap((steer) => [
        button('Retry', 'retry_steer', session.id, steer.id),
        button('Remove', 'remove_steer', session.id, steer.id),
      ]),
    );
  }
  return buttons(item.actions.slice(0, 5).map((action) => actionButton(action, session, NO_LINKS)));
}
