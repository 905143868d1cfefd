import { customReaction, REACTION_DEFAULTS } from '../domain/reactions/reaction-defaults.ts';
import type { ProjectPolicy, ReactionPolicy, TrackerPolicy } from '../domain/session/policy.ts';
import { compileCondition } from './compile-condition.ts';
import { projectSettings } from './project-settings.ts';
import { quietUntil } from './quiet-until.ts';
import { renderTemplate } from './render-template.ts';
import type { Config, ProjectConfig } from './schema/config.ts';
import type { ReactionOverride } from './schema/reactions.ts';

/** What `decide` needs to know of one project: built-in defaults, then `reactions`, then the project's own, key by key. `scm`: what the project's scm plugin can do. */
export function projectPolicy(
  config: Config,
  projectId: string,
  scm: ProjectPolicy['scm'],
  threadReaches = false,
  otherAgents: readonly string[] = [],
): ProjectPolicy {
  const project = projectSettings(config, projectId);
  const { lifecycle } = config;
  const quietHours =
    project.quietHours === false ? null : (project.quietHours ?? config.quietHours ?? null);
  return {
    project: projectId,
    permissions: project.permissions,
    reactions: mergedReactions(config, projectId),
    merge: { ...project.merge, requireWrite: requiresWrite(project.merge, scm) },
    tracker: trackerPolicy(project),
    readyThreshold: lifecycle.readyThreshold,
    stuckThreshold: lifecycle.stuckThreshold,
    ackTimeout: lifecycle.ackTimeout,
    threadReaches,
    settle: lifecycle.settle,
    receiptTimeout: lifecycle.receiptTimeout,
    budgetPause: project.budget.pause ?? config.budgets.pause ?? 'turn-end',
    resume: lifecycle.resume,
    otherAgents,
    autoCleanupOnMerge: lifecycle.autoCleanupOnMerge,
    keepWorkspace: lifecycle.keepWorkspace,
    undoDays: lifecycle.undoDays,
    postCreateLimit: project.postCreate.length === 0 ? null : project.postCreateTimeout,
    reviewRounds: lifecycle.reviewRounds,
    resolveThreads: lifecycle.resolveThreads,
    botAuthors: project.botAuthors,
    resendBackoff: lifecycle.resendBackoff,
    scm,
    render: renderTemplate,
    quietUntil: quietUntil(quietHours),
    quietHours,
  };
}

/** Where ao keeps the reviews itself there are no logins, and people are who they are in the chat. */
function requiresWrite(merge: ProjectConfig['merge'], scm: ProjectPolicy['scm']): boolean {
  if (scm.review) return false;
  return (
    merge.requireWrite ??
    (merge.approvers > 1 || merge.excludeRequester || merge.sensitivePaths.length > 0)
  );
}

/** A comment goes with the closing, unless the file says otherwise. */
function trackerPolicy({ tracker, merge }: ReturnType<typeof projectSettings>): TrackerPolicy {
  const { assign = null, labels, comment = merge.closeIssue ? 'merged' : 'never' } = tracker;
  return { assign, labels, comment };
}

function mergedReactions(
  config: Config,
  projectId: string,
): Readonly<Record<string, ReactionPolicy>> {
  const own = config.projects[projectId]?.reactions ?? {};
  const keys = new Set([
    ...Object.keys(REACTION_DEFAULTS),
    ...Object.keys(config.reactions),
    ...Object.keys(own),
  ]);
  return Object.fromEntries(
    [...keys].map((key) => [
      key,
      compiled(merged(startOf(config, key), config.reactions[key], own[key])),
    ]),
  );
}

const compiled = (policy: ReactionPolicy): ReactionPolicy =>
  policy.condition === null ? policy : { ...policy, test: compileCondition(policy.condition) };

/** The two thresholds that also have a name of their own in `lifecycle`. */
function startOf(config: Config, key: string): ReactionPolicy {
  const start = REACTION_DEFAULTS[key] ?? customReaction(key);
  if (key === 'agent-idle') return { ...start, threshold: config.lifecycle.readyThreshold };
  if (key === 'agent-stuck') return { ...start, threshold: config.lifecycle.stuckThreshold };
  return start;
}

function merged(
  start: ReactionPolicy,
  ...overrides: ReadonlyArray<ReactionOverride | undefined>
): ReactionPolicy {
  let policy = start;
  for (const { escalateAfter, ...rest } of overrides.filter((override) => override !== undefined)) {
    const said = Object.fromEntries(
      Object.entries(rest).filter(([, value]) => value !== undefined),
    ) as Partial<ReactionPolicy>;
    policy = { ...policy, ...said, ...escalation(escalateAfter) };
  }
  return policy;
}

function escalation(value: ReactionOverride['escalateAfter']): Partial<ReactionPolicy> {
  if (value === undefined) return {};
  if (value === null) return { escalateAfter: null };
  return 'attempts' in value ? { retries: value.attempts } : { escalateAfter: value.after };
}
