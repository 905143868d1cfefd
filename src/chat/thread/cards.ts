/** The live card: the root message of a session's thread, from the session's view. */

import { STATUS_EMOJI } from '../../commands/status-emoji.ts';
import type { SessionView } from '../../commands/views.ts';
import type { EndCause } from '../../domain/session/session.ts';
import type { Block, ChatMessage, Markdown } from '../../slots/chat.ts';
import { type CardLinks, NO_LINKS } from '../words/links.ts';
import { context, dots, textBlock } from '../words/message.ts';
import { prLine } from '../words/pr-text.ts';
import {
  count,
  duration,
  escapeMarkdown,
  inlineCode,
  link,
  liveAgo,
  money,
  oneLine,
  ordinal,
  person,
  shortSha,
  timeAhead,
  tokenCount,
} from '../words/wording.ts';
import { actionButtons } from './action-buttons.ts';
import { effectWords } from './effect-words.ts';

export function liveCard(
  session: SessionView,
  now: number,
  links: CardLinks = NO_LINKS,
): ChatMessage {
  const blocks: Block[] = [textBlock(`${heading(session)}\n${headline(session, now)}`)];
  for (const line of bodyLines(session, now)) blocks.push(context(line));
  return {
    text: cardText(session, now),
    blocks: [...blocks, ...actionButtons(session, links)],
    kind: 'card',
    status: session.status,
  };
}

/** `🔴 **app-7** Fix flaky login test (#42)` */
function heading(session: SessionView): Markdown {
  const issue = session.issue === null ? '' : ` (${link(session.issue, issueUrl(session))})`;
  return `${STATUS_EMOJI[session.status]} **${session.id}** ${escapeMarkdown(oneLine(session.title, 120))}${issue}`;
}

const issueUrl = (session: SessionView): string | null =>
  session.task.type === 'issue' ? session.task.url : null;

/** The notification line: the same, without Markdown. */
function cardText(session: SessionView, now: number): string {
  const issue = session.issue === null ? '' : ` (${session.issue})`;
  return `${STATUS_EMOJI[session.status]} ${session.id} ${oneLine(session.title, 120)}${issue} · ${plainHeadline(session, now)}`;
}

const headline = (session: SessionView, now: number): Markdown =>
  escapeMarkdown(plainHeadline(session, now));

/** Whose turn it is and why; for ended sessions the outcome. */
export function plainHeadline(session: SessionView, now: number): string {
  if (session.outcome !== null) return outcomeLine(session, now);
  if (session.queue !== null)
    return `${ordinal(session.queue.position)} in the queue: ${oneLine(session.queue.reason)}`;
  if (session.paused !== null)
    return `paused by ${person(session.paused.by)}: ${oneLine(session.paused.reason)}`;
  if (session.retry !== null)
    return `could not ${effectWords(session.retry.effect)} yet, tries again ${timeAhead(session.retry.until, now)}: ${oneLine(session.retry.reason, 120)}`;
  if (session.status === 'limited')
    return session.limitedUntil === null
      ? 'usage limit reached'
      : `usage limit reached, resumes ${timeAhead(session.limitedUntil, now)}`;
  if (session.status === 'merge_failed' && session.mergeFailure !== null)
    return mergeFailureLine(session.mergeFailure, now);
  return oneLine(session.turnText);
}

/** `merged by @dana · 52 min · $2.40` */
export function outcomeLine(session: SessionView, now: number): string {
  const outcome = session.outcome;
  if (outcome === null) return oneLine(session.turnText);
  const lived = (session.endedAt ?? now) - (session.startedAt ?? session.createdAt);
  const rounds = [
    session.ciRounds > 0 ? count(session.ciRounds, 'CI round') : null,
    session.reviewRounds > 0 ? count(session.reviewRounds, 'review round') : null,
  ];
  return dots([
    outcomeWords(outcome.cause, outcome.by),
    duration(lived),
    ...rounds,
    session.usd === null ? null : money(session.usd),
  ]);
}

/** ao itself is not named: it only wrote down what happened. */
export function outcomeWords(
  cause: EndCause,
  by: { readonly subject: string; readonly name: string },
): string {
  const what = OUTCOME_WORDS[cause];
  return by.subject.startsWith('system:') ? what : `${what} by ${person(by)}`;
}

const OUTCOME_WORDS = {
  merged: 'merged',
  killed: 'killed',
  done: 'finished',
  terminated: 'runtime lost',
  errored: 'failed',
} as const satisfies Record<EndCause, string>;

function mergeFailureLine(failure: NonNullable<SessionView['mergeFailure']>, now: number): string {
  const retry = failure.retryAt === null ? '' : `, next try ${timeAhead(failure.retryAt, now)}`;
  return `merge failed (${count(failure.attempts, 'attempt')}): ${oneLine(failure.reason)}${retry}`;
}

function bodyLines(session: SessionView, now: number): readonly Markdown[] {
  if (session.outcome !== null) return endedLines(session);
  if (session.stage === 'queued') return [whoLine(session, now)];
  return [
    whoLine(session, now),
    ...(session.pr === null ? [] : [prLine(session.pr)]),
    costLine(session),
  ];
}

function whoLine(session: SessionView, now: number): Markdown {
  const agent = dots([
    session.agent,
    // Only where it matters: a version nobody tried may behave differently.
    session.program?.untried == null
      ? null
      : `⚠️ untried version ${escapeMarkdown(oneLine(session.program.version ?? 'unknown'))}`,
    session.model === null ? null : escapeMarkdown(session.model),
  ]);
  const owner =
    session.owner.subject === session.startedBy.subject
      ? null
      : `owner ${escapeMarkdown(person(session.owner))}`;
  return dots([
    agent,
    `branch ${inlineCode(session.branch)}`,
    `started by ${escapeMarkdown(person(session.startedBy))} ${liveAgo(session.createdAt, now)}`,
    owner,
    session.muted ? 'muted' : null,
  ]);
}

function costLine(session: SessionView): Markdown {
  const used =
    session.tokens === 0
      ? null
      : dots([
          session.usd === null ? 'cost unknown' : money(session.usd),
          `${tokenCount(session.tokens)} tokens`,
        ]);
  const last =
    session.last === null ? null : `last: "${escapeMarkdown(oneLine(session.last, 120))}"`;
  const nothing =
    session.startedAt === null ? 'the agent has not taken its task yet' : 'no tokens counted yet';
  return dots([used, last]) || nothing;
}

function endedLines(session: SessionView): readonly Markdown[] {
  const lines: Markdown[] = [];
  const { pr, outcome } = session;
  if (outcome?.reason != null) lines.push(escapeMarkdown(sentenceOf(outcome.reason)));
  if (pr !== null && pr.mergeSha !== null)
    lines.push(
      `PR ${link(`#${pr.number}`, pr.url)} merged into ${escapeMarkdown(pr.base)} as ${inlineCode(shortSha(pr.mergeSha))}`,
    );
  else if (pr !== null) lines.push(prLine(pr));
  const place =
    session.status === 'cleanup'
      ? 'worktree being removed'
      : session.workspacePath === null
        ? 'worktree removed'
        : 'worktree kept';
  lines.push(
    dots([
      place,
      session.snapshotRef === null ? null : 'snapshot kept',
      session.tokens === 0 ? null : `${tokenCount(session.tokens)} tokens`,
    ]),
  );
  return lines;
}

const sentenceOf = (reason: string): string => oneLine(reason, 300);
