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
  const running = new Map<string, Promise<void>>();
  const again = new Set<string>();
  /** When a project's forge began to fail, without an answer since. */
  const failingSince = new Map<string, number>();
  const cleanup: Array<() => void> = [];
  const timers = new Map<string, { cancel(): void }>();
  let stopped = false;

  const look = async (project: string): Promise<void> => {
    const targets = dispatch
      .live()
      .filter(
        (snapshot) => snapshot.session.project === project && snapshot.session.workspace !== null,
      )
      .map(target);
    if (targets.length === 0) return;
    try {
      for (const { session, fact } of await plugins.scm(project).pullRequests(targets))
        take(session, fact);
      tellUnreadable(project);
      tellForge(project, targets, null);
      tellMove(project, targets);
    } catch (error) {
      // A fact about us, not about any pull request: what was known stays known.
      const level = error instanceof PluginError && error.kind === 'transient' ? 'warn' : 'error';
      logger[level]({ project, err: error }, 'pull requests could not be read');
      tellForge(project, targets, error instanceof PluginError ? error : unexpected(error));
    }
  };

  /** People see at once what only they can mend, and the rest when it lasts. */
  const tellForge = (
    project: string,
    targets: readonly ScmWatchTarget[],
    error: PluginError | null,
  ): void => {
    if (error === null) failingSince.delete(project);
    else if (!failingSince.has(project)) failingSince.set(project, clock.now());
    const lasts = clock.now() - (failingSince.get(project) ?? clock.now()) >= PATIENCE;
    if (error !== null && error.kind === 'transient' && !lasts) return;
    for (const { session } of targets) {
      const told = dispatch.snapshot(session)?.facts.forge ?? null;
      if ((told === null) !== (error === null))
        dispatch.input(session as SessionId, {
          type: 'fact',
          fact: { type: 'forge', reason: error?.message ?? null },
        });
    }
  };

  const tellUnreadable = (project: string): void => {
    for (const { session, problem } of plugins.scm(project).unreadable?.() ?? [])
      dispatch.input(session as SessionId, {
        type: 'fact',
        fact: { type: 'file_problem', problem },
      });
  };

  /** Once, where somebody is sure to read it. */
  const tellMove = (project: string, [first]: readonly ScmWatchTarget[]): void => {
    const moved = plugins.scm(project).moved?.() ?? null;
    if (moved === null || first === undefined) return;
    dispatch.input(first.session as SessionId, {
      type: 'fact',
      fact: { type: 'forge_moved', from: moved.from, to: moved.to },
    });
    moved.told();
  };

  const take = (session: string, fact: PullRequestFact): void => {
    const known = dispatch.snapshot(session)?.prs.find((pr) => pr.key === fact.key);
    const clean = redacted(fact, parts.redact);
    if (known !== undefined && fact.mergeability !== 'unknown' && sameButTime(known, clean)) return;
    dispatch.input(session as SessionId, {
      type: 'fact',
      fact: { type: 'pull_request', fact: clean },
    });
  };

  /** One round of a project at a time; a wish that comes meanwhile is one more round after it. */
  const round = (project: string): Promise<void> => {
    const current = running.get(project);
    if (current !== undefined) {
      again.add(project);
      return current;
    }
    const done = look(project)
      // Whatever it is, the next look comes at its time.
      .catch((error: unknown) =>
        logger.error(
          { project, err: error },
          'what a look at the pull requests found could not be taken in',
        ),
      )
      .finally(() => {
        running.delete(project);
        if (again.delete(project) && !stopped) void round(project);
      });
    running.set(project, done);
    return done;
  };

  const loop = async (project: string): Promise<void> => {
    await round(project);
    if (!stopped)
      timers.set(
        project,
        clock.after(parts.interval(project), () => void loop(project)),
      );
  };

  return {
    round,
    start() {
      stopped = false;
      for (const { id } of plugins.projects()) {
        cleanup.push(plugins.scm(id).onChange(() => void round(id)));
        void loop(id);
      }
    },
    stop() {
      stopped = true;
      for (const off of cleanup) off();
      for (const timer of timers.values()) timer.cancel();
    },
  };
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
