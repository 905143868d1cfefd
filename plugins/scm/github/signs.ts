import type { z } from 'zod';
import type { Entry } from './entry.ts';
import type { Core, combinedStatusSchema, Full, suitesSchema } from './schema.ts';

/** What the cheap signs of a pull request say of the dear ones. */

export const KIND: Readonly<Record<string, 'checks' | 'pulls'>> = {
  check_run: 'checks',
  check_suite: 'checks',
  workflow_run: 'checks',
  workflow_job: 'checks',
  status: 'checks',
  pull_request: 'pulls',
  pull_request_review: 'pulls',
  pull_request_review_comment: 'pulls',
  pull_request_review_thread: 'pulls',
  issue_comment: 'pulls',
};

export const isRed = (core: Core): boolean =>
  core.statusCheckRollup?.state === 'FAILURE' || core.statusCheckRollup?.state === 'ERROR';

/**
 * The roll-up alone misleads: it is red or pending also because of checks that no rule requires, and of runs that a newer one
 * took the place of. GitHub's own word for the first is UNSTABLE.
 */
export const wantsList = (core: Core): boolean =>
  isRed(core) ||
  (core.statusCheckRollup !== null &&
    core.statusCheckRollup.state !== 'SUCCESS' &&
    (core.mergeStateStatus === 'UNSTABLE' ||
      (core.mergeStateStatus === 'BLOCKED' && core.isMergeQueueEnabled)));

/** The roll-up differs for sure when there are checks at all, all is over, or something failed; runs that come and go between matter less. */
export function mayHaveTurned(
  core: Core,
  suites: z.output<typeof suitesSchema>,
  status: z.output<typeof combinedStatusSchema>,
): boolean {
  // Apps that are installed but run nothing have a suite that stays queued for ever.
  const real = suites.check_suites.filter((suite) => suite.latest_check_runs_count > 0);
  const failed =
    real.some(
      (suite) =>
        suite.conclusion !== null && !['success', 'neutral', 'skipped'].includes(suite.conclusion),
    ) ||
    status.state === 'failure' ||
    status.state === 'error';
  const over =
    real.every((suite) => suite.status === 'completed') &&
    (status.total_count === 0 || status.state !== 'pending');
  const any = real.length + status.total_count > 0;
  return any && (failed || over || core.statusCheckRollup === null);
}

/** The cheap part of a whole one, so that later cheap looks compare equal. */
export function coreOf({
  labels: _labels,
  latestOpinionatedReviews: _opinions,
  timelineItems: _timeline,
  reviews: _reviews,
  comments: _comments,
  reviewThreads: _threads,
  ...core
}: Full): Core {
  return core;
}

/** A required check may be what is missing: nothing is red or runs, and the rules hold it back. */
export const mayMiss = (core: Core): boolean =>
  core.state === 'OPEN' &&
  core.mergeStateStatus === 'BLOCKED' &&
  (core.statusCheckRollup === null || core.statusCheckRollup.state === 'SUCCESS');

export const misses = (entry: Entry | undefined): boolean => (entry?.missing?.length ?? 0) > 0;
