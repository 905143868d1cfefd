import type {
  Check,
  ChecksFact,
  Mergeability,
  PullRequestFact,
} from '../../../src/domain/session/facts.ts';
import type { LocalScmConfig } from './config.ts';
import type { CheckRun, CommitChecks, PullRequestRecord } from './record.ts';
import { reviewFact } from './reviews.ts';

export interface FactInputs {
  readonly key: string;
  readonly record: PullRequestRecord;
  readonly config: LocalScmConfig;
  readonly checks: CommitChecks | null;
  /** Names of the required checks that are configured. */
  readonly required: readonly string[];
  /** Heads as they are now; null: there is no such branch. */
  readonly head: string | null;
  readonly base: string | null;
  /** Why git couldn't compare the two; null when it could. */
  readonly comparisonFailure: string | null;
  readonly now: number;
}

/** Pure: everything known of one pull request in the words of the domain. */
export function pullRequestFact(input: FactInputs): PullRequestFact {
  const { record, config } = input;
  const { mergeability, blockers } = mergeState(input);
  const comparison = record.comparison;
  return {
    key: input.key,
    number: record.number,
    title: record.title,
    url: null,
    branch: record.branch,
    base: record.base,
    headSha: record.headSha,
    baseSha: input.base,
    ...(record.baseMove === undefined ? {} : { baseMove: record.baseMove }),
    foreign: false,
    draft: record.draft,
    state: record.state,
    mergeSha: record.mergeSha,
    mergedBy: record.mergedBy,
    checks: checksFact(record.headSha, input),
    review: reviewFact(record, config),
    mergeability,
    blockers,
    conflicts: mergeability === 'conflicting' ? (comparison?.conflicts ?? []) : [],
    requiresCurrentBase: config.requireCurrentBase,
    mergeQueue: false,
    labels: [],
    additions: comparison?.additions ?? 0,
    deletions: comparison?.deletions ?? 0,
    changedFiles: comparison?.changedFiles ?? 0,
    openedAt: record.openedAt,
    headAt: record.headAt,
    at: input.now,
  };
}

function mergeState({ record, config, head, base, comparisonFailure }: FactInputs): {
  mergeability: Mergeability;
  blockers: readonly string[];
} {
  if (record.state !== 'open') return { mergeability: 'unknown', blockers: [] };
  if (head === null)
    return {
      mergeability: 'blocked',
      blockers: [`The branch ${record.branch} no longer exists.`],
    };
  if (base === null)
    return {
      mergeability: 'blocked',
      blockers: [`The base branch ${record.base} does not exist.`],
    };
  const comparison = record.comparison;
  const current = comparison?.baseSha === base && comparison.headSha === head;
  if (!current || comparisonFailure !== null)
    return {
      mergeability: 'unknown',
      blockers: comparisonFailure === null ? [] : [comparisonFailure],
    };
  if (comparison.ahead === 0)
    return {
      mergeability: 'blocked',
      blockers: [`${record.branch} has no commits that ${record.base} lacks.`],
    };
  if (comparison.conflicts.length > 0)
    return {
      mergeability: 'conflicting',
      blockers: [`Conflicts with ${record.base} in ${comparison.conflicts.join(', ')}.`],
    };
  if (config.requireCurrentBase && comparison.behind > 0)
    return {
      mergeability: 'behind',
      blockers: [`${record.branch} lacks ${comparison.behind} commits of ${record.base}.`],
    };
  return { mergeability: 'clean', blockers: [] };
}

/** One required check that isn't green makes it red at once; those still to come don't change that. */
function checksFact(
  sha: string,
  { checks, required }: Pick<FactInputs, 'checks' | 'required'>,
): ChecksFact {
  const missing = required.filter((name) => checks?.runs.some((run) => run.name === name) !== true);
  const told = missing.length === 0 ? {} : { missing };
  if (checks === null || checks.runs.length === 0)
    return { state: 'none', sha, checks: [], firstFailureAt: null, complete: true, ...told };
  const counted = checks.runs.filter((run) => run.required);
  const red = counted.some((run) => run.status === 'completed' && run.conclusion !== 'success');
  const pending = counted.some((run) => run.status !== 'completed');
  return {
    state: red ? 'failing' : pending ? 'pending' : 'passing',
    sha: checks.sha,
    checks: checks.runs.map((run) => toCheck(run)),
    firstFailureAt: checks.firstFailureAt,
    complete: true,
    ...told,
  };
}

export const toCheck = (run: CheckRun, excerpt: string | null = null): Check => ({
  name: run.name,
  status: run.status,
  conclusion: run.conclusion,
  url: null,
  required: run.required,
  excerpt,
  ref: run.log,
});
