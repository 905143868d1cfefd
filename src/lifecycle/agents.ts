import { dirname, join } from 'node:path';
import type { Session } from '../domain/session/session.ts';
import { orchestratorRules } from '../domain/text/orchestrator-prompt.ts';
import { agentRules } from '../domain/text/prompt.ts';
import type { Clock } from '../lib/clock.ts';
import type { Tell } from '../lib/guarded/problem.ts';
import { ensureFolder } from '../lib/guarded/write.ts';
import { createShare, type Share } from '../lib/share.ts';
import { storageProblem } from '../lib/storage-problem.ts';
import type { AgentEvent, AgentSessionInfo, AgentWatch } from '../slots/agent.ts';
import type { Logger } from '../slots/plugin.ts';
import { type AgentHost, deliveryOf, takeEvent } from './agent-facts.ts';
import type { Dispatch } from './dispatch.ts';
import { placed, terminalOf } from './placed.ts';
import type { Plugins } from './plugins.ts';
import { whenWritable } from './when-writable.ts';

export interface AgentWatches {
  /** Makes the session's state folder too; what an agent put in its place is moved aside, and the thread says so. */
  info(session: Session): AgentSessionInfo;
  /** For what is met on the way to the session's files. */
  tellOf(session: Session): Tell;
  /** Starts watching a live runtime; replaces an older watch of the session. */
  open(session: Session, handle: string): AgentWatch;
  get(session: string): AgentWatch | null;
  close(session: string): void;
  closeAll(): void;
}

/** Of each turn of the event loop, ms. */
const SHARE = 20;

interface WatchesState {
  readonly plugins: Plugins;
  readonly host: AgentHost;
  readonly dispatch: Dispatch;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly watches: Map<string, AgentWatch>;
  /**
   * Events of all sessions in the order they came in. As many are taken at once as fit into a share of the event loop's turn, by one
   * commit; those that can't be saved now wait, because an agent tells each only once.
   */
  readonly waiting: {
    readonly session: string;
    readonly handovers: number;
    readonly event: AgentEvent;
  }[];
  readonly share: Share;
  /** Set by `closeAll`: the database is closed soon after it. */
  isClosed: boolean;
}

/** The agents that ao watches, and the way from their events to facts. */
export function createAgentWatches(parts: {
  plugins: Plugins;
  dispatch: Dispatch;
  host: AgentHost;
  clock: Clock;
  logger: Logger;
}): AgentWatches {
  const { plugins, dispatch, host, clock, logger } = parts;
  const watches: WatchesState = {
    plugins,
    host,
    dispatch,
    clock,
    logger,
    watches: new Map<string, AgentWatch>(),
    waiting: [],
    share: createShare(SHARE),
    isClosed: false,
  };
  return {
    info: (session) => info(watches, session),
    tellOf: (session) => tellOf(watches, session),
    open: (session, handle) => open(watches, session, handle),
    close: (id) => close(watches, id),
    get: (id) => watches.watches.get(id) ?? null,
    closeAll: () => closeAll(watches),
  };
}

function info(watches: WatchesState, session: Session): AgentSessionInfo {
  const project = watches.plugins.project(session.project);
  // An agent that takes over begins with an empty folder: what the one before told there is not its own.
  const first = join(watches.host.dataDir, 'agents', session.id);
  const stateDir =
    session.handovers.length === 0 ? first : join(first, `agent-${session.handovers.length + 1}`);
  for (const folder of new Set([dirname(first), first, stateDir]))
    ensureFolder(folder, tellOf(watches, session));
  return {
    id: session.id,
    project: session.project,
    cwd: session.workspace?.path ?? project.repo,
    repo: project.repo,
    model: session.model,
    permissions: session.permissions,
    rules:
      session.role === 'orchestrator'
        ? orchestratorRules(session, project.orchestrator.rules)
        : agentRules(
            {
              ...session,
              delivery: deliveryOf(session, watches.plugins.scm(project.id).capabilities),
            },
            project.rules,
          ),
    agentSession: session.agentSession,
    launch: session.launches,
    // They are written for the project's own agent; another program would take them for something else, or not start.
    args: session.agent === project.agent ? project.agentArgs : [],
    env: project.agentEnv,
    hookUrl: `${watches.host.url()}/api/sessions/${session.id}/hook`,
    hookToken: watches.host.sessionToken(session.id),
    stateDir,
  };
}

function close(watches: WatchesState, id: string): void {
  watches.watches.get(id)?.close();
  watches.watches.delete(id);
}

function takeSome(watches: WatchesState): void {
  let taken = 0;
  watches.dispatch.together(() => {
    for (; taken < watches.waiting.length && (taken === 0 || !watches.share.isSpent()); taken += 1)
      takeOne(watches, watches.waiting[taken]);
  });
  watches.waiting.splice(0, taken);
}

function takeOne(watches: WatchesState, next: WatchesState['waiting'][number] | undefined): void {
  if (next === undefined) return;
  try {
    takeEvent(watches.dispatch, next.session, next.event, watches.clock.now(), next.handovers);
  } catch (error) {
    if (storageProblem(error) !== null) throw error;
    watches.logger.error(
      { session: next.session, event: next.event.type, err: error },
      'an agent event could not be taken in',
    );
  }
}

const drain = (watches: WatchesState): void =>
  whenWritable(
    watches.clock,
    () => watches.isClosed,
    () => {
      while (watches.waiting.length > 0 && !watches.share.isSpent()) takeSome(watches);
      if (watches.waiting.length > 0) setImmediate(() => drain(watches));
    },
  );

const inOrderOf =
  (watches: WatchesState, session: string, handovers: number): ((event: AgentEvent) => void) =>
  (event) => {
    watches.waiting.push({ session, handovers, event });
    // Behind others it is taken with them: whoever found the list empty, and what follows on that, goes on until it is empty again.
    if (watches.waiting.length === 1) drain(watches);
  };

const tellOf =
  (watches: WatchesState, session: Session): Tell =>
  (problem) =>
    inOrderOf(watches, session.id, session.handovers.length)({ type: 'file_problem', problem });

function open(watches: WatchesState, session: Session, handle: string): AgentWatch {
  close(watches, session.id);
  const terminal = terminalOf(placed(watches.plugins, watches.dispatch, session), handle);
  const watch = watches.plugins
    .agent(session.agent)
    .watch(
      info(watches, session),
      terminal,
      inOrderOf(watches, session.id, session.handovers.length),
    );
  watches.watches.set(session.id, watch);
  return watch;
}

function closeAll(watches: WatchesState): void {
  for (const id of [...watches.watches.keys()]) close(watches, id);
  // An agent tells each only once, and there is no later.
  try {
    while (watches.waiting.length > 0) takeSome(watches);
  } catch (error) {
    if (storageProblem(error) === null) throw error;
    watches.logger.error(
      { err: error, events: watches.waiting.length },
      'what agents told last could not be saved',
    );
  }
  watches.isClosed = true;
}
