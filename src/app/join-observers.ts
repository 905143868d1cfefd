import { admissionLimits } from '../config/admission-limits.ts';
import { kvStore } from '../db/kv-store.ts';
import { readMemory } from '../lib/memory.ts';
import { type Admission, createAdmission } from '../lifecycle/admission.ts';
import { createIdleSleep } from '../lifecycle/idle-sleep.ts';
import { measureMemory } from '../lifecycle/measure-memory.ts';
import { type Budgets, createBudgets } from '../lifecycle/observe/budgets.ts';
import { createChildrenObserver } from '../lifecycle/observe/children.ts';
import { createOutageObserver } from '../lifecycle/observe/outages.ts';
import { createProjectObserver } from '../lifecycle/observe/projects.ts';
import {
  createPullRequestObserver,
  type PullRequestObserver,
} from '../lifecycle/observe/pull-requests.ts';
import { createPushObserver } from '../lifecycle/observe/pushes.ts';
import { createRuntimeObserver } from '../lifecycle/observe/runtimes.ts';
import { createWorkspaceObserver } from '../lifecycle/observe/workspaces.ts';
import { livesElsewhere } from '../lifecycle/plugins.ts';
import { createTimers } from '../lifecycle/timers.ts';
import type { JoinedLifecycle } from './join-lifecycle.ts';
import type { Base } from './open-base.ts';
import type { Part } from './run-parts.ts';

/** How often runtimes are looked at besides their pushes, ms. */
const RUNTIME_ROUND = 1_000;
/** How often it is looked whether the workspaces are still there, ms. */
const WORKSPACE_ROUND = 5_000;

/** What looks at the world and at the clock, and brings inputs for decisions. */
export interface JoinedObservers {
  readonly budgets: Budgets;
  readonly admission: Admission;
  readonly pullRequests: PullRequestObserver;
  /** In the order in which they are started. */
  readonly parts: readonly Part[];
}

export function joinObservers(base: Base, lifecycle: JoinedLifecycle): JoinedObservers {
  const { options, db, config, plugins } = base;
  const { clock, logger } = options;
  const { dispatch, agents } = lifecycle;
  const { budgets, admission } = joinLimits(base, lifecycle);
  const pullRequests = watchPullRequests(base, lifecycle);
  const runtimes = createRuntimeObserver({
    plugins,
    dispatch,
    agents,
    clock,
    logger,
    interval: RUNTIME_ROUND,
  });
  const workspaces = createWorkspaceObserver({
    plugins,
    dispatch,
    clock,
    logger,
    interval: WORKSPACE_ROUND,
    told: kvStore(db, 'workspace-troubles'),
  });
  const idleSleep = createIdleSleep({
    dispatch,
    clock,
    logger,
    enabled: () => config().power.preventIdleSleep,
    env: options.childEnv,
  });
  const children = createChildrenObserver({ db, dispatch, clock, kv: kvStore(db, 'children') });
  const parts: readonly Part[] = [
    { name: 'timers', ...running(createTimers({ db, clock, dispatch, logger })) },
    { name: 'budgets', ...running(budgets) },
    { name: 'admission', ...running(admission) },
    { name: 'runtimes', ...running(runtimes) },
    { name: 'outages', ...running(createOutageObserver({ dispatch, clock })) },
    { name: 'workspaces', ...running(workspaces) },
    { name: 'pull requests', ...running(pullRequests) },
    {
      name: 'pushes',
      ...running(
        createPushObserver({ plugins, dispatch, logger, seen: kvStore(db, 'pushes-seen') }),
      ),
    },
    { name: 'projects', ...running(createProjectObserver({ db, dispatch, clock })) },
    { name: 'idle sleep', ...running(idleSleep) },
    { name: 'children', ...running(children) },
  ];
  return { budgets, admission, pullRequests, parts };
}

/** `start` and `stop` of something, bound to it. */
export const running = (it: {
  start(): void;
  stop(): void | Promise<void>;
}): Required<Pick<Part, 'start' | 'stop'>> => ({ start: () => it.start(), stop: () => it.stop() });

/** Budgets hold sessions back, and room in a budget lets the next ones in: each asks the other. */
function joinLimits(
  { options, db, config, live, plugins }: Base,
  { dispatch }: JoinedLifecycle,
): { readonly budgets: Budgets; readonly admission: Admission } {
  const { clock, projects } = options;
  const budgets = createBudgets({
    db,
    dispatch,
    clock,
    days: live.days,
    common: () => config().budgets,
    own: (project) => config().projects[project]?.budget ?? {},
    isKept: (project) =>
      config().projects[project] !== undefined &&
      live.policyOf(project).reactions['budget-exceeded']?.action !== 'none',
    raises: kvStore(db, 'budget-raises'),
    onRoom: () => admission.run(),
  });
  const perProject = Object.fromEntries(
    projects.flatMap(({ id, maxSessions }) => (maxSessions === null ? [] : [[id, maxSessions]])),
  );
  const admission = createAdmission({
    db,
    dispatch,
    held: (session) => budgets.whyHeld(session),
    clock,
    machine: readMemory,
    measure: () => measureMemory(dispatch, plugins),
    elsewhere: (session) => livesElsewhere(plugins, session),
    limits: () => ({ ...admissionLimits(config()), perProject }),
  });
  return { budgets, admission };
}

const watchPullRequests = (
  { options, config, plugins, redact }: Base,
  { dispatch }: JoinedLifecycle,
): PullRequestObserver =>
  createPullRequestObserver({
    plugins,
    dispatch,
    clock: options.clock,
    logger: options.logger,
    redact,
    interval(project) {
      const scm = plugins.scm(project);
      return scm.nextLook?.() ?? (scm.capabilities.webhooks ? config().lifecycle.poll : 1_000);
    },
  });
