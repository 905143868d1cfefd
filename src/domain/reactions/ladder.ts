import { type Draft, effect, emit, episodeOf, putEpisode, wakeAt } from '../decide/draft.ts';
import { looksFlaky } from '../merge/flaky.ts';
import { failureMark, withoutFailure } from '../session/episode-marks.ts';
import type { PullRequestFact } from '../session/facts.ts';
import { AO } from '../session/ids.ts';
import { openPr, redChecks } from '../session/pr.ts';
import type { Episode } from '../session/session.ts';

/** How long the ladder waits for log excerpts before it goes on without. */
const DETAILS_PATIENCE = 15_000;
/** How long a rerun may take to show before the ladder goes on. */
const RERUN_PATIENCE = 180_000;

/** CI ladder: wait until the checks settled, read why they failed, rerun what looks flaky once, only then wake the agent. */
export function ladderIsThrough(draft: Draft, key: string): boolean {
  const pr = openPr(draft.snapshot);
  const episode = episodeOf(draft, key);
  if (pr === null || episode === undefined) return false;
  return isSettled(draft, pr) && hasExcerpts(draft, pr, episode) && !isRerun(draft, pr, key);
}

function isSettled(draft: Draft, pr: PullRequestFact): boolean {
  const settlesAt = (pr.checks.firstFailureAt ?? draft.now) + draft.policy.settle;
  if (pr.checks.checks.every((check) => check.status === 'completed') || settlesAt <= draft.now)
    return true;
  wakeAt(draft, 'settle', pr.headSha, settlesAt);
  return false;
}

function hasExcerpts(draft: Draft, pr: PullRequestFact, episode: Episode): boolean {
  const missing = redChecks(pr.checks).filter((check) => check.excerpt === null);
  if (missing.length === 0) return true;
  // A failure that follows a rerun is another one, with a log of its own.
  const mark = `details:${pr.headSha}:${pr.checks.firstFailureAt ?? 0}:${missing
    .map((check) => check.name)
    .toSorted()
    .join(',')}`;
  const asked = timeOf(episode, mark);
  if (asked === null) {
    putEpisode(draft, { ...episode, marks: [...episode.marks, `${mark}@${draft.now}`] });
    effect(draft, {
      type: 'read_pr_details',
      pr: pr.key,
      sha: pr.headSha,
      nonce: String(draft.now),
    });
  }
  const until = (asked ?? draft.now) + DETAILS_PATIENCE;
  wakeAt(draft, 'settle', `details ${pr.headSha}`, until);
  return until <= draft.now;
}

/** What looks flaky runs once more per commit; while it does, nobody is woken. */
function isRerun(draft: Draft, pr: PullRequestFact, key: string): boolean {
  const episode = episodeOf(draft, key);
  if (episode === undefined || !draft.policy.scm.rerun || pr.foreign) return false;
  const mark = `rerun:${pr.headSha}`;
  const asked = timeOf(episode, mark);
  if (asked !== null) return isUnderWay(draft, pr, episode, asked);
  const failing = redChecks(pr.checks);
  if (failing.length === 0 || !failing.every(looksFlaky)) return false;
  putEpisode(draft, {
    ...episode,
    marks: [...withoutFailure(episode, pr.headSha), `${mark}@${draft.now}`],
  });
  effect(draft, { type: 'rerun_checks', pr: pr.key, sha: pr.headSha, attempt: 1 });
  emit(draft, {
    type: 'checks.rerun',
    pr: pr.key,
    sha: pr.headSha,
    names: failing.map((check) => check.name),
    by: AO,
  });
  wakeAt(draft, 'settle', `rerun ${pr.headSha}`, draft.now + RERUN_PATIENCE);
  return true;
}

/** Until the same failure is seen to have begun anew, it is the old one. */
function isUnderWay(draft: Draft, pr: PullRequestFact, episode: Episode, asked: number): boolean {
  if (episode.marks.includes(failureMark(pr.headSha)) || (pr.checks.firstFailureAt ?? 0) > asked)
    return false;
  const until = asked + RERUN_PATIENCE;
  wakeAt(draft, 'settle', `rerun ${pr.headSha}`, until);
  return until > draft.now;
}

/** When a mark was made; null when it wasn't. */
function timeOf(episode: Episode, mark: string): number | null {
  const found = episode.marks.find((candidate) => candidate.startsWith(`${mark}@`));
  return found === undefined ? null : Number(found.slice(mark.length + 1));
}
