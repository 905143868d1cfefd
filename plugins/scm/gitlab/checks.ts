import { judgeChecks } from '../../../src/domain/merge/check-rule.ts';
import type {
  Check,
  CheckConclusion,
  ChecksFact,
  ChecksState,
} from '../../../src/domain/session/facts.ts';
import type { Core, Job } from './schema.ts';

/** A job, or the status of an outside service in the same pipeline. */
export interface Reported {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly allowFailure: boolean;
  /** In GitLab's words, of GraphQL or of REST. */
  readonly failure: string | null;
  readonly url: string | null;
  /** `job`: its log can be had; `bridge`: those of the jobs in the pipeline it started. */
  readonly kind: 'job' | 'bridge' | 'outside';
  readonly downstream: string | null;
}

export const ofJob = (job: Job, origin: string): Reported => ({
  id: job.id,
  name: job.name,
  status: job.status.toLowerCase(),
  allowFailure: job.allowFailure,
  failure: job.failureMessage ?? null,
  url: job.webPath == null ? null : new URL(job.webPath, origin).href,
  kind: job.kind === 'BRIDGE' ? 'bridge' : 'job',
  downstream: job.downstreamPipeline?.id ?? null,
});

const DONE: ReadonlySet<string> = new Set(['success', 'failed', 'canceled', 'skipped', 'manual']);
const RUNNING: ReadonlySet<string> = new Set(['running', 'canceling']);

/** Only jobs that may fail are optional: a project's rule is about the pipeline as a whole. */
export function toCheck(one: Reported, excerpt: string | null = null): Check {
  const completed = DONE.has(one.status);
  return {
    name: one.name,
    status: completed ? 'completed' : RUNNING.has(one.status) ? 'running' : 'queued',
    conclusion: completed ? conclusionOf(one) : null,
    url: one.url,
    required: !one.allowFailure,
    excerpt,
    ref:
      one.kind === 'outside'
        ? null
        : `${one.kind}:${one.kind === 'job' ? one.id : (one.downstream ?? one.id)}`,
    order: /^\d+$/.test(one.id) ? Number(one.id) : null,
  };
}

function conclusionOf({ status, allowFailure, failure }: Reported): CheckConclusion {
  switch (status) {
    case 'success':
      return 'success';
    case 'skipped':
      return 'skipped';
    case 'canceled':
      return 'cancelled';
    // Somebody has to start it before the pipeline goes on; one that may be left out holds nothing up.
    case 'manual':
      return allowFailure ? 'neutral' : 'action_required';
    default:
      return failureOf(failure);
  }
}

const TIMED_OUT = /job_execution_timeout|exceeded the maximum execution time/i;
/** GitLab's reasons for a job that nobody's code kept from running, as GraphQL and as REST say them. */
const INFRASTRUCTURE =
  /runner.?system.?failure|stuck.?or.?timeout|timeout failure or the job got stuck|runner.?unsupported|runner is outdated|scheduler.?fail|scheduler failed|data.?integrity|structural integrity|ci.?quota.?exceeded|no more (?:ci|compute) minutes|no.?matching.?runner|api.?failure|missing.?dependency|archived.?failure|unmet.?prerequisites|prerequisite tasks|user.?blocked|unknown.?failure/i;

const failureOf = (failure: string | null): CheckConclusion => {
  if (failure !== null && TIMED_OUT.test(failure)) return 'timed_out';
  return failure !== null && INFRASTRUCTURE.test(failure) ? 'infrastructure' : 'failure';
};

/** What the list of jobs is wanted for: the pipeline's own status is enough for one that is plainly green. */
export const wantsList = ({ state, headPipeline }: Core): boolean =>
  state === 'opened' &&
  headPipeline != null &&
  (headPipeline.status !== 'SUCCESS' || headPipeline.warnings === true);

const STATES: Readonly<Record<string, ChecksState>> = {
  SUCCESS: 'passing',
  FAILED: 'failing',
  CANCELED: 'failing',
  MANUAL: 'failing',
  SKIPPED: 'none',
};

export interface Seen {
  readonly list: readonly Reported[] | null;
  /** The commit of the branch that the pipeline ran on; null: not known. */
  readonly sha: string | null;
  readonly needsPipeline: boolean;
  readonly firstFailureAt: number | null;
}

export function checksFact(
  core: Core,
  { list, sha, needsPipeline, firstFailureAt }: Seen,
): ChecksFact {
  const pipeline = core.headPipeline ?? null;
  const ran = pipeline !== null && pipeline.status !== 'SKIPPED';
  // A project that wants a pipeline waits for ever where none was made for the head, or it was skipped.
  const missing = needsPipeline && !ran ? { missing: ['pipeline'] } : {};
  if (pipeline === null || !ran)
    return {
      state: 'none',
      sha: core.diffHeadSha ?? null,
      checks: [],
      firstFailureAt: null,
      ...missing,
    };
  const checks = (list ?? []).map((one) => toCheck(one));
  const state = STATES[pipeline.status] ?? 'pending';
  return {
    state: checks.length === 0 ? state : listState(state, checks),
    sha,
    checks,
    firstFailureAt,
  };
}

/** A pipeline is red or waits also for jobs that may fail; the rule says which count. */
function listState(state: ChecksState, checks: readonly Check[]): ChecksState {
  const verdict = judgeChecks({ state, sha: null, checks, firstFailureAt: null });
  switch (verdict.state) {
    case 'failing':
    case 'not_run':
      return 'failing';
    case 'running':
      return 'pending';
    case 'none':
    case 'passing':
    case 'unknown':
      return verdict.state;
  }
}
