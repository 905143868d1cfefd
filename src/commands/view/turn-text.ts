import { whyHeld } from '../../domain/money/budget.ts';
import { reactionWords } from '../../domain/reactions/reaction-words.ts';
import type { ProjectPolicy } from '../../domain/session/policy.ts';
import type { Snapshot } from '../../domain/session/session.ts';
import { isMerging, type Turn } from '../../domain/session/status.ts';
import type { Status } from '../../domain/session/statuses.ts';
import { formatDuration } from '../../lib/duration.ts';
import type { PrView } from '../views.ts';

const TURNS: Readonly<Record<Turn, string>> = {
  agent: "agent's turn",
  human: 'your turn',
  ci: 'checks are running',
  nobody: '',
};

/** Whose turn it is, and why. */
export function turnText(
  snapshot: Snapshot,
  status: Status,
  turn: Turn,
  pr: PrView | null,
  { postCreateLimit }: Pick<ProjectPolicy, 'postCreateLimit'>,
): string {
  if (status === 'spawning' && turn === 'agent') return startText(snapshot, postCreateLimit);
  const why = turnReason(snapshot, status, turn, pr);
  const base =
    status === 'queued' ? 'waits for a place' : turn === 'ci' && why !== '' ? '' : TURNS[turn];
  return [base, why].filter((part) => part !== '').join(turn === 'human' ? ': ' : ' · ');
}

/** Nothing was asked of the agent yet: ao is at work, and says at what. */
function startText({ session, facts }: Snapshot, postCreateLimit: number | null): string {
  if (session.workspace === null)
    return postCreateLimit === null
      ? 'its worktree is being made: checkout, copies'
      : `its worktree is being made: checkout, copies, then postCreate (${formatDuration(postCreateLimit)} at most)`;
  if (session.stage === 'preparing') return 'its worktree is being brought back';
  return facts.runtime?.handle == null
    ? 'the agent is being started'
    : 'the agent has not taken its task yet';
}

function turnReason(snapshot: Snapshot, status: Status, turn: Turn, pr: PrView | null): string {
  if (turn === 'nobody' && isMerging(snapshot))
    return snapshot.session.merging?.queued === true ? 'in the merge queue' : 'is being merged';
  const escalated = snapshot.episodes.find(
    (episode) => episode.open && episode.escalatedAt !== null && episode.acknowledgedBy === null,
  );
  switch (status) {
    case 'mergeable':
      return 'approve the merge';
    case 'needs_input':
      return 'answer the question';
    case 'review_pending':
      return pr?.answeredFrom == null
        ? 'review the pull request'
        : `look at what changed since ${pr.answeredFrom.slice(0, 7)}`;
    case 'paused':
      return pauseTurn(snapshot.session.paused?.reason ?? '');
    case 'merge_failed':
      return snapshot.session.mergeFailure?.reason ?? 'the merge failed';
    case 'errored':
      return turn === 'human' ? 'the agent stopped at an error, reply to try again' : '';
    case 'ci_failed':
    case 'changes_requested': {
      if (turn !== 'agent')
        return escalated === undefined
          ? waitWords(pr, turn)
          : lowerFirst(reactionWords(escalated.key));
      const episode = snapshot.episodes.find(
        (candidate) =>
          candidate.key === (status === 'ci_failed' ? 'ci-failed' : 'changes-requested') &&
          candidate.open,
      );
      return episode === undefined || episode.attempts === 0 ? '' : `attempt ${episode.attempts}`;
    }
    case 'queued':
    case 'spawning':
    case 'working':
    case 'idle':
    case 'stuck':
    case 'limited':
    case 'pr_open':
    case 'approved':
    case 'merged':
    case 'cleanup':
    case 'done':
    case 'killed':
    case 'terminated':
      if (turn !== 'human' && turn !== 'ci') return '';
      if (escalated !== undefined) return lowerFirst(reactionWords(escalated.key));
      return waitWords(pr, turn);
  }
}

/** What is waited for, of whoever's turn it is. */
function waitWords(pr: PrView | null, turn: Turn): string {
  const waits = pr?.state === 'open' ? pr.waits : [];
  const ofForge = ({ who }: PrView['waits'][number]): boolean => who === 'forge' || who === 'time';
  const wait = waits.find((one) => ofForge(one) === (turn === 'ci')) ?? waits[0];
  if (wait === undefined) return turn === 'human' ? 'look at it' : '';
  return wait.text.replace(/\.$/, '').replace(/^[A-Z](?=[a-z ])/, (first) => first.toLowerCase());
}

export function pauseReason({ session, facts }: Snapshot): string {
  const reason = session.paused?.reason ?? '';
  return reason === 'budget' && facts.budget !== null ? whyHeld(facts.budget) : reason;
}

function pauseTurn(reason: string): string {
  if (reason === 'budget') return 'over budget: raise it or stop';
  return reason === 'stopped' ? 'stopped; reply or press Resume' : 'paused; press Resume';
}

const lowerFirst = (text: string): string => `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`;
