import {
  addSteer,
  type Draft,
  emit,
  episodeOf,
  newSteer,
  putEpisode,
  setSession,
  setSteer,
} from '../decide/draft.ts';
import { placesOf, sentMarks } from '../decide/threads.ts';
import { notRunWords } from '../merge/check-rule.ts';
import { withTold } from '../merge/review-round.ts';
import { remarksOf } from '../merge/review-threads.ts';
import { AO } from '../session/ids.ts';
import type { ReactionPolicy } from '../session/policy.ts';
import { failingChecks, openPr } from '../session/pr.ts';
import {
  commentMark,
  isReview,
  requestMark,
  unhandled,
  unhandledRequests,
} from './review-conditions.ts';
import { agentText, reactionText } from './text.ts';

/** One queued message per reaction: a newer one replaces what the agent has not read yet. But each review comment is told once. */
export function sendToAgent(draft: Draft, policy: ReactionPolicy): void {
  const episode = episodeOf(draft, policy.key);
  for (const steer of draft.snapshot.steers) {
    if (steer.reaction === policy.key && steer.state === 'queued' && !isReview(policy.key))
      setSteer(draft, steer.id, { state: 'removed', reason: 'replaced by a newer one' });
  }
  const id = `${policy.key}-${draft.now}-${episode?.attempts ?? 1}-${episode?.sends ?? 1}`;
  addSteer(draft, {
    ...newSteer(id, 'reaction', AO, agentText(draft, policy), draft.now),
    reaction: policy.key,
  });
  tellProblem(draft, policy, true);
  emit(draft, fired(draft, policy));
  markHandled(draft, policy.key);
}

export const fired = (draft: Draft, policy: ReactionPolicy) => {
  const episode = episodeOf(draft, policy.key);
  return {
    type: 'reaction.fired',
    key: policy.key,
    action: policy.action,
    attempt: episode?.attempts ?? 1,
    retries: policy.retries,
    text: reactionText(draft, policy),
    priority: policy.priority,
  } as const;
};

/** The timeline's own words for failed checks and review comments. */
export function tellProblem(draft: Draft, policy: ReactionPolicy, sent: boolean): void {
  const pr = openPr(draft.snapshot);
  const episode = episodeOf(draft, policy.key);
  if (pr === null || episode === undefined) return;
  if (policy.key === 'ci-failed') {
    if (sent && episode.sends <= 1)
      setSession(draft, { ciRounds: draft.snapshot.session.ciRounds + 1 });
    emit(draft, {
      type: 'checks.failed',
      pr: pr.key,
      sha: pr.headSha,
      failing: failingChecks(pr.checks),
      attempt: episode.attempts,
      retries: policy.retries,
      sent,
    });
  }
  if (policy.key === 'checks-not-run')
    emit(draft, {
      type: 'checks.not_run',
      pr: pr.key,
      sha: pr.headSha,
      reasons: notRunWords(pr.checks),
      elsewhere: draft.snapshot.facts.outage?.elsewhere ?? null,
    });
  if (isReview(policy.key)) {
    const fresh = unhandled(draft, pr, episode, policy.key);
    const requests = unhandledRequests(pr, episode, policy.key);
    if (fresh.length + requests.length === 0) return;
    if (sent) setSession(draft, { reviewRounds: draft.snapshot.session.reviewRounds + 1 });
    emit(draft, {
      type: 'review.changes_requested',
      pr: pr.key,
      comments: fresh.map((comment) => comment.id),
      by: [
        ...new Set([
          ...fresh.map((comment) => comment.author),
          ...(fresh.length > 0
            ? []
            : requests.map((request) => pr.review.names?.[request.by] ?? request.by)),
        ]),
      ],
      sent,
      places: placesOf(
        pr,
        fresh.map((comment) => comment.id),
      ),
      remarks: remarksOf(fresh),
    });
  }
}

function markHandled(draft: Draft, key: string): void {
  const pr = openPr(draft.snapshot);
  const episode = episodeOf(draft, key);
  if (pr === null || episode === undefined || !isReview(key)) return;
  const fresh = unhandled(draft, pr, episode, key);
  const requests = unhandledRequests(pr, episode, key);
  const marks = [
    ...episode.marks,
    ...fresh.map(commentMark),
    ...requests.map(requestMark),
    ...sentMarks(pr, fresh),
  ];
  putEpisode(draft, { ...episode, marks: withTold(marks, pr.headSha) });
}

/** Only people hear of it. */
export const TELLS_ONLY: ReadonlySet<ReactionPolicy['action']> = new Set([
  'escalate',
  'notify',
  'park',
]);
