import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { memoryDatabase } from '../../src/db/memory-harness.ts';
import type { Db } from '../../src/db/open.ts';
import type { Effect } from '../../src/domain/session/effect.ts';
import { parseSessionId, type SessionId } from '../../src/domain/session/ids.ts';
import type { ProjectPolicy } from '../../src/domain/session/policy.ts';
import { untold } from '../../src/lib/guarded/problem.ts';
import type { AgentWatches } from '../../src/lifecycle/agents.ts';
import {
  createDispatch,
  type Dispatch,
  type Project as Projection,
} from '../../src/lifecycle/dispatch.ts';
import type { Plugins, Project } from '../../src/lifecycle/plugins.ts';
import type { AgentWatch } from '../../src/slots/agent.ts';
import type { Logger } from '../../src/slots/plugin.ts';
import type { WorkspacePlugin } from '../../src/slots/workspace.ts';
import { type FakeRuntime, fakeRuntime } from '../fakes/fake-runtime.ts';
import { type FakeClock, fakeClock } from './fake-clock.ts';
import { freshSnapshot, policyWith, SHA } from './session-world.ts';
import { tempDir } from './temp-dir.ts';

export const sessionId = (text: string): SessionId => {
  const id = parseSessionId(text);
  if (id === null) throw new Error(`${text} is no session id`);
  return id;
};

export interface LifecycleWorld {
  readonly dir: string;
  readonly db: Db;
  readonly clock: FakeClock;
  readonly dispatch: Dispatch;
  readonly runtime: FakeRuntime;
  readonly plugins: Plugins;
  readonly agents: AgentWatches;
  readonly logger: Logger;
  readonly logged: string[];
  /** Sessions whose agents are watched, in the order in which that began. */
  readonly watched: string[];
  /** Workspaces that are gone; `broken`: can't be looked at. */
  readonly workspaces: { readonly missing: Set<string>; broken: boolean };
  /** The same data directory after a restart of the bot: nothing but the database is left. */
  restart(): Dispatch;
  /** A session that works: workspace and runtime there, task taken. */
  working(id: string): Promise<void>;
}

/** A real database, everything else in memory. `project` composes chat jobs and may throw, as chat might. */
export function lifecycleWorld(
  options: {
    policy?: ProjectPolicy;
    policyOf?: () => ProjectPolicy;
    project?: Projection;
    start?: number;
    dayOf?: (at: number) => string;
  } = {},
): LifecycleWorld {
  const dir = tempDir();
  const db = memoryDatabase();
  const clock = fakeClock(options.start);
  const runtime = fakeRuntime(() => clock.now());
  const logged: string[] = [];
  const watched: string[] = [];
  const workspaces = { missing: new Set<string>(), broken: false };
  const log = (_fields: object, message: string): void => void logged.push(message);
  const logger: Logger = { debug: log, info: log, warn: log, error: log };
  const policy = options.policy ?? policyWith();
  const open = (): Dispatch =>
    createDispatch({
      db,
      clock,
      logger,
      policyOf: options.policyOf ?? (() => policy),
      eventText: (event) => event.type,
      project: options.project ?? (() => []),
      dayOf: options.dayOf ?? (() => '2026-03-03'),
    });
  const never = (): never => {
    throw new Error('not part of this test');
  };
  const workspace = {
    async state(path: string) {
      if (workspaces.broken) throw new Error('git is missing');
      return { exists: !workspaces.missing.has(path), dirty: false, headSha: SHA(0), ahead: 0 };
    },
  } as unknown as WorkspacePlugin;
  const plugins: Plugins = {
    project: never,
    // All that is asked of it here is whether it still is in the configuration.
    projects: () => [{ id: 'app' } as Project],
    runtime: () => runtime,
    runtimes: () => [runtime],
    agent: never,
    placeOf: () => ({ runtime: 'fake', workspace: 'fake', at: null }),
    workspace: () => workspace,
    workspaceFor: () => workspace,
    workspaces: () => [workspace],
    scm: never,
    tracker: never,
    notifierNames: () => [],
    notifier: never,
  };
  const watches = new Map<string, AgentWatch>();
  const agents: AgentWatches = {
    info: never,
    tellOf: () => untold,
    open(session) {
      watched.push(session.id);
      const watch: AgentWatch = {
        deliver: never,
        interrupt: never,
        answer: never,
        hook: never,
        close() {},
      };
      watches.set(session.id, watch);
      return watch;
    },
    get: (session) => watches.get(session) ?? null,
    close: (session) => void watches.delete(session),
    closeAll: () => watches.clear(),
  };
  const first = open();
  const world: LifecycleWorld = {
    dir,
    db,
    clock,
    dispatch: first,
    runtime,
    plugins,
    agents,
    logger,
    logged,
    watched,
    workspaces,
    restart: open,
    async working(id) {
      const session = sessionId(id);
      await runtime.start();
      const cwd = join(dir, id);
      mkdirSync(cwd, { recursive: true });
      const outcome = (
        effect: Effect,
        given: Parameters<Dispatch['input']>[1] & { type: 'outcome' } extends infer I
          ? I extends { outcome: infer O }
            ? O
            : never
          : never,
      ): void => {
        first.input(session, { type: 'outcome', effect, outcome: given });
      };
      first.create(freshSnapshot({ id: session }, clock.now()), []);
      first.input(session, {
        type: 'command',
        command: { type: 'admit' },
        by: freshSnapshot().session.owner,
      });
      outcome(
        { type: 'create_workspace', round: 0 },
        { type: 'workspace_created', path: cwd, branch: 'feat/42', baseSha: SHA(0), tookMs: 1 },
      );
      const started = await runtime.create({
        id,
        cwd,
        argv: ['stay'],
        env: {},
        columns: 80,
        rows: 24,
      });
      outcome(
        { type: 'start_runtime', launch: 1, resume: false },
        {
          type: 'runtime_started',
          launch: 1,
          handle: started.handle,
          pid: started.pid,
          agentSession: null,
          promptIncluded: true,
        },
      );
      first.input(session, { type: 'fact', fact: { type: 'steer_accepted', steer: 'task' } });
    },
  };
  return world;
}
