import type { SessionPage } from '../../commands/session-list.ts';
import { STATUS_EMOJI } from '../../commands/status-emoji.ts';
import type { PrView, SessionView } from '../../commands/views.ts';
import type { Block, ChatReply, Markdown } from '../../slots/chat.ts';
import { allActionButtons } from '../thread/action-buttons.ts';
import { liveCard, plainHeadline } from '../thread/cards.ts';
import type { CardLinks } from '../words/links.ts';
import { context, dots, textBlock, whisper } from '../words/message.ts';
import {
  count,
  duration,
  escapeMarkdown,
  link,
  money,
  oneLine,
  person,
  tokenCount,
} from '../words/wording.ts';
import { say } from './refusals.ts';

export const MAX_ROWS = 40;

export function statusReply(
  { sessions, next }: SessionPage,
  now: number,
  threadLink: (session: string) => string | null,
): ChatReply {
  if (sessions.length === 0) return say('No sessions. Start one:  /ao spawn 42');
  const shown = sessions.slice(0, MAX_ROWS);
  const waiting = sessions.filter((session) => session.turn === 'human').length;
  const line = `${count(sessions.length, 'session')}, ${waiting === 0 ? 'none waits' : waiting === 1 ? '1 waits' : `${waiting} wait`} for a person.${sessions.length > MAX_ROWS ? ` The first ${MAX_ROWS}:` : ''}${next === null ? '' : ' Sessions that ended earlier are left out.'}`;
  return whisper(line, line, [
    textBlock(shown.map((session) => statusLines(session, now, threadLink(session.id))).join('\n')),
  ]);
}

/** Two lines that read on a phone as well: no table does. */
function statusLines(session: SessionView, now: number, url: string | null): Markdown {
  const issue = session.issue === null ? '' : ` (${escapeMarkdown(session.issue)})`;
  return [
    `${STATUS_EMOJI[session.status]} **${link(session.id, url)}** ${escapeMarkdown(oneLine(session.title, 60))}${issue}`,
    dots([
      escapeMarkdown(plainHeadline(session, now)),
      session.outcome === null && session.pr !== null ? prFacts(session.pr) : null,
      session.outcome === null && session.usd !== null ? money(session.usd) : null,
      session.outcome === null ? duration(now - session.createdAt) : null,
    ]),
  ].join('\n');
}

const prFacts = (pr: PrView): Markdown =>
  dots([
    `PR ${link(`#${pr.number}`, pr.url)}`,
    pr.checks.total === 0 ? null : `checks ${pr.checks.passed} of ${pr.checks.total}`,
    pr.review.decision === 'none' || pr.review.decision === 'required'
      ? null
      : pr.review.decision.replace('_', ' '),
  ]);

/** The card with every action and everything that is known. */
export function showReply(session: SessionView, now: number, links: CardLinks): ChatReply {
  const card = liveCard(session, now, links);
  const blocks = card.blocks.filter((block) => block.type !== 'buttons');
  const waiting = session.steers.filter((steer) => steer.state === 'queued').length;
  const fields: Block = {
    type: 'fields',
    fields: [
      { name: 'Status', value: `${STATUS_EMOJI[session.status]} ${session.status}` },
      { name: 'Project', value: escapeMarkdown(session.project) },
      { name: 'Owner', value: escapeMarkdown(person(session.owner)) },
      { name: 'Base', value: escapeMarkdown(session.base) },
      { name: 'Permissions', value: session.permissions },
      ...(session.ciRounds + session.reviewRounds === 0
        ? []
        : [{ name: 'Rounds', value: `CI ${session.ciRounds}, review ${session.reviewRounds}` }]),
      ...(waiting === 0 ? [] : [{ name: 'Waiting messages', value: String(waiting) }]),
    ],
  };
  const usage = session.usage.map((one) =>
    context(
      `${escapeMarkdown(one.model)}: ${tokenCount(one.inputTokens + one.outputTokens + one.cacheReadTokens + one.cacheWriteTokens)} tokens, ${money(one.usd)}`,
    ),
  );
  return {
    whisper: {
      text: card.text,
      kind: 'post',
      blocks: [...blocks, fields, ...usage, ...allActionButtons(session, links)],
    },
  };
}

export function moreReply(session: SessionView, links: CardLinks): ChatReply {
  const line = `What to do with ${session.id}?`;
  return whisper(line, line, allActionButtons(session, links));
}
