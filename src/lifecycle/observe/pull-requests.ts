import type { PullRequestFact } from '../../domain/session/facts.ts';
import type { SessionId } from '../../domain/session/ids.ts';
import type { Snapshot } from '../../domain/session/session.ts';
import type { Clock } from '../../lib/clock.ts';
import { PluginError, transient } from '../../slots/errors.ts';
import type { Logger } from '../../slots/plugin.ts';
import type { ScmWatchTarget } from '../../slots/scm.ts';
import type { Dispatch } from '../dispatch.ts';
import type { Plugins } from '../plugins.ts';

export interface PullRequestObserver {
  start(): void;
  stop(): void;
  /** Looks at one project now. */
  round(project: string): Promise<void>;
}

/** How long a forge may fail in passing before people are told. */
const PATIENCE = 300_000;

interface ObserverState {
  readonly parts: {
    plugins: Plugins;
    dispatch: Dispatch;
    clock: Clock;
    logger: Logger;
    interval: (project: string) => number;
    redact: (text: string) => string;
  };
  readonly dispatch: Dispatch;
  readonly plugins: Plugins;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly running: Map<string, Promise<void>>;
  readonly again: Set<string>;
  /** When a project's forge began to fail, without an answer since. */
  readonly failingSince: Map<string, number>;
  readonly cleanup: Array<() => void>;
  readonly timers: Map<string, { cancel(): void }>;
  stopped: boolean;
}

/** One question per project and round for all its sessions; at once when the scm says that something changed. */
export function createPullRequestObserver(parts: {
  plugins: Plugins;
  dispatch: Dispatch;
  clock: Clock;
  logger: Logger;
  interval: (project: string) => number;
  redact: (text: string) => string;
}): PullRequestObserver {
  const { plugins, dispatch, clock, logger } = parts;
  const observer: ObserverState = {
    parts,
    dispatch,
    plugins,
    logger,
    clock,
    running: new Map<string, Promise<void>>(),
    again: new Set<string>(),
    failingSince: new Map<string, number>(),
    cleanup: [],
    timers: new Map<string, { cancel(): void }>(),
    stopped: false,
  };
  return {
    round: (project) => round(observer, project),
    start: () => start(observer),
    stop: () => stop(observer),
  };
}

async function look(observer: ObserverState, project: string): Promise<void> {
  const targets = observer.dispatch
    .live()
    .filter(
      (snapshot) => snapshot.session.project === project && snapshot.session.workspace !== null,
    )
    .map(target);
  if (targets.length === 0) return;
  try {
    for (const { session, fact } of await observer.plugins.scm(project).pullRequests(targets))
      take(observer, session, fact);
    tellUnreadable(observer, project);
    tellForge(observer, project, targets, null);
    tellMove(observer, project, targets);
  } catch (error) {
    // A fact about us, not about any pull request: what was known stays known.
    const level = error instanceof PluginError && error.kind === 'transient' ? 'warn' : 'error';
    observer.logger[level]({ project, err: error }, 'pull requests could not be read');
    tellForge(observer, project, targets, error instanceof PluginError ? error : unexpected(error));
  }
}

/** People see at once what only they can mend, and the rest when it lasts. */
function tellForge(
  observer: ObserverState,
  project: string,
  targets: readonly ScmWatchTarget[],
  error: PluginError | null,
): void {
  if (error === null) observer.failingSince.delete(project);
  else if (!observer.failingSince.has(project))
    observer.failingSince.set(project, observer.clock.now());
  const lasts =
    observer.clock.now() - (observer.failingSince.get(project) ?? observer.clock.now()) >= PATIENCE;
  if (error !== null && error.kind === 'transient' && !lasts) return;
  for (const { session } of targets) {
    const told = observer.dispatch.snapshot(session)?.facts.forge ?? null;
    if ((told === null) !== (error === null))
      observer.dispatch.input(session as SessionId, {
        type: 'fact',
        fact: { type: 'forge', reason: error?.message ?? null },
      });
  }
}

function tellUnreadable(observer: ObserverState, project: string): void {
  for (const { session, problem } of observer.plugins.scm(project).unreadable?.() ?? [])
    observer.dispatch.input(session as SessionId, {
      type: 'fact',
      fact: { type: 'file_problem', problem },
    });
}

/** Once, where somebody is sure to read it. */
function tellMove(
  observer: ObserverState,
  project: string,
  [first]: readonly ScmWatchTarget[],
): void {
  const moved = observer.plugins.scm(project).moved?.() ?? null;
  if (moved === null || first === undefined) return;
  observer.dispatch.input(first.session as SessionId, {
    type: 'fact',
    fact: { type: 'forge_moved', from: moved.from, to: moved.to },
  });
  moved.told();
}

function take(observer: ObserverState, session: string, fact: PullRequestFact): void {
  const known = observer.dispatch.snapshot(session)?.prs.find((pr) => pr.key === fact.key);
  const clean = redacted(fact, observer.parts.redact);
  if (known !== undefined && fact.mergeability !== 'unknown' && sameButTime(known, clean)) return;
  observer.dispatch.input(session as SessionId, {
    type: 'fact',
    fact: { type: 'pull_request', fact: clean },
  });
}

/** One round of a project at a time; a wish that comes meanwhile is one more round after it. */
function round(observer: ObserverState, project: string): Promise<void> {
  const current = observer.running.get(project);
  if (current !== undefined) {
    observer.again.add(project);
    return current;
  }
  const done = look(observer, project)
    // Whatever it is, the next look comes at its time.
    .catch((error: unknown) =>
      observer.logger.error(
        { project, err: error },
        'what a look at the pull requests found could not be taken in',
      ),
    )
    .finally(() => {
      observer.running.delete(project);
      if (observer.again.delete(project) && !observer.stopped) void round(observer, project);
    });
  observer.running.set(project, done);
  return done;
}

async function loop(observer: ObserverState, project: string): Promise<void> {
  await round(observer, project);
  if (!observer.stopped)
    observer.timers.set(
      project,
      observer.clock.after(observer.parts.interval(project), () => void loop(observer, project)),
    );
}

function start(observer: ObserverState): void {
  observer.stopped = false;
  for (const { id } of observer.plugins.projects()) {
    observer.cleanup.push(observer.plugins.scm(id).onChange(() => void round(observer, id)));
    void loop(observer, id);
  }
}

function stop(observer: ObserverState): void {
  observer.stopped = true;
  for (const off of observer.cleanup) off();
  for (const timer of observer.timers.values()) timer.cancel();
}

/** A defect, or an answer nobody expected. It may be of one moment; when it lasts people must know that what they see is old. */
const unexpected = (error: unknown): PluginError =>
  transient(
    'AO_SCM_UNEXPECTED',
    `Its answer was not understood (${error instanceof Error ? error.message.slice(0, 200) : String(error)}). The log of ao has more.`,
    {
      cause: error,
    },
  );

const target = (snapshot: Snapshot): ScmWatchTarget => ({
  session: snapshot.session.id,
  branch: snapshot.session.branch,
  base: snapshot.session.base,
  prs: snapshot.prs.map((pr) => pr.key),
  since: snapshot.session.createdAt,
});

const redacted = (fact: PullRequestFact, redact: (text: string) => string): PullRequestFact => ({
  ...fact,
  checks: {
    ...fact.checks,
    checks: fact.checks.checks.map((check) =>
      check.excerpt === null ? check : { ...check, excerpt: redact(check.excerpt) },
    ),
  },
});

/** Nothing to decide when only the time of looking differs. Excerpts and first-seen times that a cheap look lacks don't count. */
function sameButTime(known: PullRequestFact, seen: PullRequestFact): boolean {
  return JSON.stringify(core(known)) === JSON.stringify(core(seen));
}

const core = (fact: PullRequestFact): unknown => {
  const { at: _at, headAt: _headAt, baseWas: _baseWas, review, ...rest } = fact;
  const checks = fact.checks.checks.map(({ excerpt: _excerpt, ...check }) => check);
  return Object.entries({
    ...rest,
    review: { ...review, discounted: null },
    checks: {
      state: fact.checks.state,
      sha: fact.checks.sha,
      checks,
      missing: fact.checks.missing ?? [],
    },
  }).toSorted(([a], [b]) => a.localeCompare(b));
};
