import { STATUS_EMOJI } from '../commands/status-emoji.ts';
import type { PrView, SessionView } from '../commands/views.ts';
import { decisionWords } from '../domain/merge/decision-words.ts';
import { reactionWords } from '../domain/reactions/reaction-words.ts';
import { painter } from '../lib/colors.ts';
import { formatDuration, relativeTime } from '../lib/duration.ts';
import { formatCount, formatUsd } from '../lib/money.ts';
import { plainLine, plainText } from '../lib/plain-text.ts';

interface Options {
  readonly now: number;
  readonly color: boolean;
}

/** What `ao show` prints. */
export function sessionDetails(session: SessionView, { now, color }: Options): string {
  const paint = painter(color);
  const issue = session.issue === null ? '' : `  (${session.issue})`;
  return [
    `${STATUS_EMOJI[session.status]} ${paint('bold', session.id)}  ${plainLine(session.title)}${issue}`,
    [session.status, session.turnText].filter(Boolean).join(' · '),
    `${[agentWithVersion(session), session.model].filter(Boolean).join(' · ')} · branch ${session.branch} from ${session.base} · started by ${session.startedBy.name} ${relativeTime(session.createdAt, now)}`,
    ...(session.program?.untried == null ? [] : [`⚠️ ${plainLine(session.program.untried)}`]),
    ...(session.workspacePath === null ? [] : [`worktree ${session.workspacePath}`]),
    ...session.troubles.map((text) => `⚠️ ${plainLine(text)}`),
    ...session.prs.flatMap(pullRequest),
    `${formatUsd(session.usd)} · ${formatCount(session.tokens)} tokens${session.last === null ? '' : ` · last: "${plainLine(session.last)}"`}`,
    ...waiting(session, now),
    ...session.openRequests.flatMap((request) => [
      '',
      `✋ ${plainLine(request.title)}`,
      ...plainText(request.text).split('\n'),
      optionsLine(session.id, request.options),
    ]),
    ...session.steers.map(
      (steer) =>
        `message ${steer.id} (${steer.state}${steer.reason === null ? '' : `: ${plainLine(steer.reason)}`}): ${plainLine(steer.text)}`,
    ),
    ...(session.actions.length === 0
      ? []
      : ['', paint('dim', `you can: ${session.actions.join(', ')}`)]),
  ].join('\n');
}

const agentWithVersion = ({ agent, program }: SessionView): string =>
  program?.version == null ? agent : `${agent} ${plainLine(program.version)}`;

const optionsLine = (
  session: string,
  options: SessionView['openRequests'][number]['options'],
): string =>
  options.length === 0
    ? `  ao answer ${session} "…"`
    : options
        .map((option) => `  ao answer ${session} ${option.id}   ${plainLine(option.label)}`)
        .join('\n');

function pullRequest(pr: PrView): readonly string[] {
  const checks =
    pr.checks.total === 0
      ? 'no checks'
      : `checks ${pr.checks.passed} of ${pr.checks.total} (${pr.checks.state})`;
  const failing = pr.checks.items.filter(
    (check) =>
      check.status === 'completed' &&
      check.conclusion !== 'success' &&
      check.conclusion !== 'skipped' &&
      check.conclusion !== 'neutral',
  );
  return [
    `PR #${pr.number} ${pr.state}${pr.draft ? ' (draft)' : ''} at ${pr.headSha.slice(0, 7)}  +${pr.additions} −${pr.deletions} · ${checks} · review: ${decisionWords(pr.review.decision)} · ${pr.mergeability}`,
    ...(pr.url === null ? [] : [`   ${pr.url}`]),
    ...failing.map((check) => `   ${check.name}: ${check.conclusion ?? check.status}`),
    ...(pr.state === 'open' ? pr.waitsFor : []).map((rule) => `   waits for: ${plainLine(rule)}`),
  ];
}

function waiting(session: SessionView, now: number): readonly string[] {
  const { queue, paused, limitedUntil, retry, mergeFailure, outcome, undoUntil } = session;
  return [
    ...(queue === null ? [] : [`queued at place ${queue.position}: ${queue.reason}`]),
    ...(paused === null ? [] : [`paused by ${paused.by.name}: ${plainLine(paused.reason)}`]),
    ...(limitedUntil === null ? [] : [`usage limit; continues ${relativeTime(limitedUntil, now)}`]),
    ...(retry === null
      ? []
      : [`tries again ${relativeTime(retry.until, now)}: ${plainLine(retry.reason)}`]),
    ...(mergeFailure === null ? [] : [`merge failed: ${plainLine(mergeFailure.reason)}`]),
    ...session.escalations.map(
      (each) =>
        `needs somebody: ${reactionWords(each.key)}, ${relativeTime(each.at, now)}${each.acknowledgedBy === null ? '' : `, acknowledged by ${each.acknowledgedBy.name}`}`,
    ),
    ...(outcome === null
      ? []
      : [
          `${outcome.cause} by ${outcome.by.name}${outcome.reason === null ? '' : `: ${plainLine(outcome.reason)}`} after ${formatDuration((session.endedAt ?? now) - session.createdAt)}`,
        ]),
    ...(undoUntil === null
      ? []
      : [`can be undone for ${formatDuration(undoUntil - now)}: ao undo ${session.id}`]),
  ];
}
