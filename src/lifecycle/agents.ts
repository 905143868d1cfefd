import { dirname, join } from 'node:path';
import { isKnownTrouble } from '../domain/decide/file-troubles.ts';
import { SESSION_ENDED } from '../domain/decide/steers.ts';
import type { ActivityFact } from '../domain/session/facts.ts';
import type { FactInput } from '../domain/session/input.ts';
import type { Session, Snapshot, Steer } from '../domain/session/session.ts';
import { orchestratorRules } from '../domain/text/orchestrator-prompt.ts';
import { agentRules, type Delivery } from '../domain/text/prompt.ts';
import type { Clock } from '../lib/clock.ts';
import type { Tell } from '../lib/guarded/problem.ts';
import { ensureFolder } from '../lib/guarded/write.ts';
import { messagePrint, plainMessage } from '../lib/message-text.ts';
import { createShare } from '../lib/share.ts';
import { storageProblem } from '../lib/storage-problem.ts';
import type { AgentEvent, AgentSessionInfo, AgentWatch } from '../slots/agent.ts';
import type { Logger } from '../slots/plugin.ts';
import type { ScmPlugin } from '../slots/scm.ts';
import type { Dispatch } from './dispatch.ts';
import { placed, terminalOf } from './placed.ts';
import type { Plugins } from './plugins.ts';
import { whenWritable } from './when-writable.ts';

export interface AgentHost {
  readonly dataDir: string;
  /** Where an agent's own hooks and `ao` reach the bot. Known once the HTTP server listens. */
  readonly url: () => string;
  readonly sessionToken: (session: string) => string;
}

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

/**
 * What an agent gets for a message: its text in the one form that is typed and looked for again, and
 * where its files were put.
 */
export function steerText({ text, files }: Steer): string {
  return plainMessage(files.length === 0 ? text : `${text}\n\nFiles: ${files.join(', ')}`);
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
  const watches = new Map<string, AgentWatch>();

  const info = (session: Session): AgentSessionInfo => {
    const project = plugins.project(session.project);
    // An agent that takes over begins with an empty folder: what the one before told there is not its own.
    const first = join(host.dataDir, 'agents', session.id);
    const stateDir =
      session.handovers.length === 0 ? first : join(first, `agent-${session.handovers.length + 1}`);
    for (const folder of new Set([dirname(first), first, stateDir]))
      ensureFolder(folder, tellOf(session));
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
              { ...session, delivery: deliveryOf(session, plugins.scm(project.id).capabilities) },
              project.rules,
            ),
      agentSession: session.agentSession,
      launch: session.launches,
      // They are written for the project's own agent; another program would take them for something else, or not start.
      args: session.agent === project.agent ? project.agentArgs : [],
      env: project.agentEnv,
      hookUrl: `${host.url()}/api/sessions/${session.id}/hook`,
      hookToken: host.sessionToken(session.id),
      stateDir,
    };
  };

  const close = (id: string): void => {
    watches.get(id)?.close();
    watches.delete(id);
  };

  /**
   * Events of all sessions in the order they came in. As many are taken at once as fit into a share of the event loop's turn, by one
   * commit; those that can't be saved now wait, because an agent tells each only once.
   */
  const waiting: {
    readonly session: string;
    readonly handovers: number;
    readonly event: AgentEvent;
  }[] = [];
  const share = createShare(SHARE);

  const takeSome = (): void => {
    let taken = 0;
    dispatch.together(() => {
      for (; taken < waiting.length && (taken === 0 || !share.isSpent()); taken += 1)
        takeOne(waiting[taken]);
    });
    waiting.splice(0, taken);
  };

  const takeOne = (next: (typeof waiting)[number] | undefined): void => {
    if (next === undefined) return;
    try {
      takeEvent(dispatch, next.session, next.event, clock.now(), next.handovers);
    } catch (error) {
      if (storageProblem(error) !== null) throw error;
      logger.error(
        { session: next.session, event: next.event.type, err: error },
        'an agent event could not be taken in',
      );
    }
  };

  /** Set by `closeAll`: the database is closed soon after it. */
  let isClosed = false;

  const drain = (): void =>
    whenWritable(
      clock,
      () => isClosed,
      () => {
        while (waiting.length > 0 && !share.isSpent()) takeSome();
        if (waiting.length > 0) setImmediate(drain);
      },
    );

  const inOrderOf =
    (session: string, handovers: number): ((event: AgentEvent) => void) =>
    (event) => {
      waiting.push({ session, handovers, event });
      // Behind others it is taken with them: whoever found the list empty, and what follows on that, goes on until it is empty again.
      if (waiting.length === 1) drain();
    };

  const tellOf =
    (session: Session): Tell =>
    (problem) =>
      inOrderOf(session.id, session.handovers.length)({ type: 'file_problem', problem });

  const open = (session: Session, handle: string): AgentWatch => {
    close(session.id);
    const terminal = terminalOf(placed(plugins, dispatch, session), handle);
    const watch = plugins
      .agent(session.agent)
      .watch(info(session), terminal, inOrderOf(session.id, session.handovers.length));
    watches.set(session.id, watch);
    return watch;
  };

  return {
    info,
    tellOf,
    open,
    close,
    get: (id) => watches.get(id) ?? null,
    closeAll() {
      for (const id of [...watches.keys()]) close(id);
      // An agent tells each only once, and there is no later.
      try {
        while (waiting.length > 0) takeSome();
      } catch (error) {
        if (storageProblem(error) === null) throw error;
        logger.error(
          { err: error, events: waiting.length },
          'what agents told last could not be saved',
        );
      }
      isClosed = true;
    },
  };
}

/** Repeats of an activity that only move its time are taken at most this often. */
const REFRESH = 5_000;

/** `handovers`: how many there had been when this watch began. Of an agent that was replaced only its usage still counts. */
function takeEvent(
  dispatch: Dispatch,
  id: string,
  event: AgentEvent,
  now: number,
  handovers: number,
): void {
  const snapshot = dispatch.snapshot(id);
  if (snapshot === null) return;
  if (snapshot.session.handovers.length > handovers) {
    if (event.type === 'usage')
      dispatch.input(snapshot.session.id, {
        type: 'fact',
        fact: {
          type: 'usage',
          fact: { models: event.models, at: Math.min(event.at ?? now, now) },
          handovers,
        },
      });
    return;
  }
  const fact = toFact(snapshot, event, now);
  if (fact !== null) dispatch.input(snapshot.session.id, { type: 'fact', fact });
}

function toFact(snapshot: Snapshot, event: AgentEvent, now: number): FactInput | null {
  switch (event.type) {
    case 'activity': {
      const known = snapshot.facts.activity;
      const same =
        known?.state === event.fact.state &&
        known.source === event.fact.source &&
        known.detail === event.fact.detail;
      if (same && event.fact.at - (known?.at ?? 0) < REFRESH) return null;
      return {
        type: 'activity',
        fact: inOrder(snapshot, event.fact),
        lastMessage: event.lastMessage,
      };
    }
    case 'prompt_accepted': {
      const steer = matching(snapshot, event.text);
      return steer === null ? null : { type: 'steer_accepted', steer: steer.id, at: event.at };
    }
    case 'agent_session':
      return snapshot.session.agentSession === event.id || !isConversation(event.id) ? null : event;
    case 'usage':
      return JSON.stringify(snapshot.facts.usage?.models) === JSON.stringify(event.models)
        ? null
        : { type: 'usage', fact: { models: event.models, at: Math.min(event.at ?? now, now) } };
    case 'file_problem':
      return isKnownTrouble(snapshot.facts, event.problem) ? null : event;
    case 'conversation_lost':
    case 'request_opened':
    case 'request_closed':
    case 'words_left':
    case 'tool':
      return event;
  }
}

/** It becomes an argument of a later launch: an id that begins like an option, or hides something, is none. */
const isConversation = (id: string): boolean => /^[^-\p{C}][^\p{C}]{0,500}$/u.test(id);

/**
 * A watch tells things in their order, but by the agent's clock and a little late: what is decided in between ("a turn began")
 * has ao's time, and must not make the end of that turn look older than its beginning. What is left of an earlier launch stays old.
 */
function inOrder(snapshot: Snapshot, fact: ActivityFact): ActivityFact {
  const known = snapshot.facts.activity?.at ?? 0;
  return fact.at >= known || fact.at < (snapshot.session.launchedAt ?? 0)
    ? fact
    : { ...fact, at: known };
}

/** The message of ours that the agent says it took; a text typed at the terminal by somebody else matches none. */
function matching(snapshot: Snapshot, text: string): Steer | null {
  const wanted = messagePrint(text);
  const under = snapshot.steers.filter(
    (steer) =>
      steer.state === 'typing' ||
      steer.state === 'typed' ||
      // A try that was given up may have got through all the same.
      (steer.state === 'queued' && (steer.kind === 'task' || steer.attempts > 0)) ||
      (steer.state === 'failed' && steer.reason === SESSION_ENDED && steer.attempts > 0),
  );
  return under.find((steer) => messagePrint(steerText(steer)) === wanted) ?? null;
}

function deliveryOf(
  { task }: Session,
  { create, remoteBranches }: ScmPlugin['capabilities'],
): Delivery {
  if (remoteBranches === true && task.type === 'pull_request') return 'adopted';
  if (!create) return 'forge';
  return remoteBranches === true ? 'push' : 'ao';
}
