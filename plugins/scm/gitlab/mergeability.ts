import type { Mergeability } from '../../../src/domain/session/facts.ts';
import type { Core } from './schema.ts';

/** What holds a merge request back, in ao's words. */
export interface Gates {
  readonly mergeability: Mergeability;
  /** Sentences about what is neither draft, checks nor review: those the gate names itself. */
  readonly blockers: readonly string[];
  readonly behind: boolean;
  /** GitLab wants approvals that are missing. */
  readonly needsApproval: boolean;
  /** GitLab wants a pipeline to succeed, and it hasn't. */
  readonly needsPipeline: boolean;
}

/** GitLab's names of gates, of both spellings -> the sentence people read; null: the gate of ao says it better. */
const GATES: Readonly<Record<string, string | null>> = {
  CONFLICT: null,
  BROKEN_STATUS: null,
  NEED_REBASE: null,
  NOT_OPEN: null,
  DRAFT_STATUS: null,
  NOT_APPROVED: null,
  REQUESTED_CHANGES: null,
  CI_MUST_PASS: null,
  CI_STILL_RUNNING: null,
  DISCUSSIONS_NOT_RESOLVED: 'There are unresolved threads, and the project wants them resolved.',
  MERGE_REQUEST_BLOCKED: 'Another merge request has to be merged first.',
  BLOCKED_STATUS: 'Another merge request has to be merged first.',
  STATUS_CHECKS_MUST_PASS: 'External status checks have not passed.',
  EXTERNAL_STATUS_CHECKS: 'External status checks have not passed.',
  JIRA_ASSOCIATION_MISSING: 'Title or description must name a Jira issue.',
  JIRA_ASSOCIATION: 'Title or description must name a Jira issue.',
  TITLE_REGEX: 'The title does not have the form that the project wants.',
  MERGE_TIME: 'It is set to be merged later.',
  LOCKED_PATHS: 'It changes paths that somebody has locked.',
  LOCKED_LFS_FILES: 'It changes LFS files that somebody has locked.',
  SECURITY_POLICY_VIOLATIONS: 'Security policies are violated.',
  SECURITY_POLICIES_VIOLATIONS: 'Security policies are violated.',
  SECURITY_POLICY_PIPELINE_CHECK: 'A pipeline that a security policy wants has not passed.',
  COMMITS_STATUS: 'The source branch has no commits, or is gone.',
};

/** Not decided yet; asked again. */
const UNDECIDED: ReadonlySet<string> = new Set([
  'UNCHECKED',
  'CHECKING',
  'PREPARING',
  'APPROVALS_SYNCING',
]);
const IN_TRAIN: ReadonlySet<string> = new Set(['IDLE', 'STALE', 'FRESH', 'MERGING']);

/**
 * The detailed status names one reason only, in a fixed order; the list of checks names each. Both are read: older servers have no
 * list, and the status says what the list doesn't.
 */
export function gatesOf(core: Core): Gates {
  const status = core.detailedMergeStatus?.toUpperCase() ?? 'UNCHECKED';
  const listed = core.mergeabilityChecks ?? [];
  const failed = new Set(
    listed
      .filter((check) => check.status === 'FAILED')
      .map((check) => check.identifier.toUpperCase()),
  );
  if (status !== 'MERGEABLE' && !UNDECIDED.has(status)) failed.add(status);
  const blockers = [...failed].flatMap((gate) => {
    const sentence = GATES[gate];
    if (sentence === null) return [];
    return [sentence ?? `GitLab holds it back: ${gate.toLowerCase().replaceAll('_', ' ')}.`];
  });
  return {
    mergeability: mergeabilityOf(core, status, failed),
    blockers: [...new Set(blockers)],
    behind: failed.has('NEED_REBASE'),
    needsApproval: failed.has('NOT_APPROVED'),
    needsPipeline: failed.has('CI_MUST_PASS'),
  };
}

function mergeabilityOf(core: Core, status: string, failed: ReadonlySet<string>): Mergeability {
  if (core.state !== 'opened') return 'unknown';
  if (IN_TRAIN.has(core.mergeTrainCar?.status.toUpperCase() ?? '')) return 'queued';
  if (core.autoMergeEnabled === true) return 'queued';
  // Of an undecided one GitLab still tells the conflict it found before, and that of the last push.
  if (UNDECIDED.has(status) || core.diffHeadSha == null) return 'unknown';
  if (core.conflicts || failed.has('CONFLICT') || failed.has('BROKEN_STATUS')) return 'conflicting';
  const others = [...failed].filter((gate) => gate !== 'NEED_REBASE' && gate !== 'DRAFT_STATUS');
  if (failed.has('NEED_REBASE') && others.length === 0) return 'behind';
  return others.length === 0 ? 'clean' : 'blocked';
}
