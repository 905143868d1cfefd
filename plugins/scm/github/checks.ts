import type { Check, CheckConclusion } from '../../../src/domain/session/facts.ts';
import type { CheckRunNode, ContextNode, StatusNode } from './schema.ts';

/** `anyRequired`: where no check is required by a rule, whether one counts is not known and all do. */
export function toCheck(node: ContextNode, anyRequired: boolean): Check {
  return {
    ...(node.__typename === 'CheckRun' ? fromRun(node) : fromStatus(node)),
    required: anyRequired ? node.isRequired : null,
    excerpt: null,
  };
}

const isActions = (run: CheckRunNode): boolean => run.checkSuite.app?.slug === 'github-actions';

function fromRun(run: CheckRunNode): Omit<Check, 'required' | 'excerpt'> {
  const workflow = run.checkSuite.workflowRun?.workflow.name;
  const completed = run.status === 'COMPLETED';
  return {
    name: workflow === undefined || workflow === '' ? run.name : `${workflow} / ${run.name}`,
    status: completed ? 'completed' : run.status === 'IN_PROGRESS' ? 'running' : 'queued',
    conclusion: completed ? (CONCLUSIONS[run.conclusion ?? ''] ?? null) : null,
    url: run.detailsUrl,
    order: run.databaseId,
    occasion: run.checkSuite.workflowRun?.event ?? null,
    ref: run.databaseId === null ? null : `${isActions(run) ? 'job' : 'check'}:${run.databaseId}`,
  };
}

const CONCLUSIONS: Readonly<Record<string, CheckConclusion>> = {
  SUCCESS: 'success',
  FAILURE: 'failure',
  CANCELLED: 'cancelled',
  SKIPPED: 'skipped',
  NEUTRAL: 'neutral',
  TIMED_OUT: 'timed_out',
  ACTION_REQUIRED: 'action_required',
  // The workflow could not start, or GitHub lost it.
  STARTUP_FAILURE: 'infrastructure',
  STALE: 'infrastructure',
};

function fromStatus(status: StatusNode): Omit<Check, 'required' | 'excerpt'> {
  const completed = status.state !== 'PENDING' && status.state !== 'EXPECTED';
  return {
    name: status.context,
    status: completed ? 'completed' : 'running',
    conclusion: !completed
      ? null
      : status.state === 'SUCCESS'
        ? 'success'
        : status.state === 'ERROR'
          ? 'infrastructure'
          : 'failure',
    url: status.targetUrl,
    ref: null,
  };
}
