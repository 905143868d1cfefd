/** Every read: one table says who may, and one gate asks before anything is looked up. */
import type { Refusal } from '../domain/session/decision.ts';
import type { Actor } from '../domain/session/ids.ts';
import type { Snapshot } from '../domain/session/session.ts';
import { err, ok, type Result } from '../lib/result.ts';
import type { Verb } from './access.ts';
import { budgets } from './budgets.ts';
import { changesSince } from './changes.ts';
import type { Outcome, ReadName, Reads } from './commands.ts';
import { cost } from './cost.ts';
import { diffOf } from './diff.ts';
import { digest } from './digest.ts';
import { inboxItems } from './inbox.ts';
import { issues } from './issues.ts';
import { orchestratorOf } from './orchestrator.ts';
import { audit, type CommandParts, findSession, view } from './parts.ts';
import { quotaView } from './quota.ts';
import { projects } from './reader.ts';
import { type SessionFilter, sessionPage } from './session-list.ts';
import { attach, checkLog, events, logs, openTerminal, steers, threads } from './session-reads.ts';

/** What the agents themselves may read; people need the right to view. */
type Agents =
  /** Nothing of it. */
  | 'nobody'
  /** Their own session. */
  | 'own'
  /** Their own session; an orchestrator also the sessions it started. */
  | 'own and started'
  /** Only an orchestrator, which sees its own session and those it started. */
  | 'orchestrators';

/** A read that isn't named here doesn't compile. */
const READS: { readonly [K in ReadName]: { readonly agents: Agents } } = {
  sessions: { agents: 'orchestrators' },
  sessionPage: { agents: 'orchestrators' },
  session: { agents: 'own and started' },
  events: { agents: 'own and started' },
  steers: { agents: 'own and started' },
  threads: { agents: 'own' },
  logs: { agents: 'own and started' },
  checkLog: { agents: 'own and started' },
  diff: { agents: 'own and started' },
  changes: { agents: 'nobody' },
  attach: { agents: 'nobody' },
  terminal: { agents: 'nobody' },
  inbox: { agents: 'nobody' },
  issues: { agents: 'nobody' },
  projects: { agents: 'nobody' },
  quota: { agents: 'nobody' },
  cost: { agents: 'nobody' },
  digest: { agents: 'nobody' },
  budgets: { agents: 'nobody' },
  agents: { agents: 'nobody' },
};

/** Of people the policy is asked; of agents the table. The only place that decides about a read. */
function refusalToRead(
  parts: CommandParts,
  actor: Actor,
  read: ReadName,
  snapshot: Snapshot | null,
): Refusal | null {
  if (actor.via !== 'agent') return parts.access.refusal(actor, 'view');
  return agentMayRead(parts, actor, READS[read].agents, snapshot) ? null : NOT_OF_THIS_AGENT;
}

/** The answer for doors that show, store or stream something themselves. */
export function mayDo(
  parts: CommandParts,
  actor: Actor,
  verb: Verb,
  session: string | null,
): Result<null, Refusal> {
  const found = session === null ? null : findSession(parts, session);
  const denied =
    verb === 'view'
      ? refusalToRead(parts, actor, 'session', found?.ok === true ? found.value : null)
      : parts.access.refusal(actor, verb);
  return denied === null ? ok(null) : err(denied);
}

const NOT_OF_THIS_AGENT: Refusal = {
  code: 'AO_ACCESS_DENIED',
  message:
    'An agent can read only its own session, and an orchestrator also the sessions it started.',
};

function agentMayRead(
  parts: CommandParts,
  actor: Actor,
  agents: Agents,
  snapshot: Snapshot | null,
): boolean {
  const own = snapshot !== null && actor.subject === `agent:${snapshot.session.id}`;
  switch (agents) {
    case 'nobody':
      return false;
    case 'own':
      return own;
    case 'own and started':
      return own || (snapshot !== null && startedBy(parts, actor, snapshot));
    case 'orchestrators':
      return orchestratorOf(parts, actor) !== null;
  }
}

function startedBy(parts: CommandParts, actor: Actor, { session }: Snapshot): boolean {
  const boss = orchestratorOf(parts, actor);
  return boss !== null && session.parent === boss.session.id;
}

type OfSession<A extends readonly unknown[], T> = (
  parts: CommandParts,
  snapshot: Snapshot,
  actor: Actor,
  ...args: A
) => T;

/** The reads over one bot, each behind the gate. A refusal is a row in the audit log, a granted read isn't. */
export function createReads(parts: CommandParts): Reads {
  const refused = (
    actor: Actor,
    read: ReadName,
    name: string | null,
    snapshot: Snapshot | null,
  ): Refusal | null => {
    const denied = refusalToRead(parts, actor, read, snapshot);
    if (denied !== null)
      audit(
        parts,
        actor,
        `read ${read}`,
        snapshot?.session.id ?? name?.slice(0, 60) ?? null,
        denied,
      );
    return denied;
  };
  /** Whether there is such a session is said only to those who may read it. */
  const gate = (actor: Actor, read: ReadName, name: string): Result<Snapshot, Refusal> => {
    const found = findSession(parts, name);
    const denied = refused(actor, read, name, found.ok ? found.value : null);
    return denied === null ? found : err(denied);
  };
  const ofSession =
    <A extends readonly unknown[], T>(read: ReadName, run: OfSession<A, Result<T, Refusal>>) =>
    (actor: Actor, name: string, ...args: A): Result<T, Refusal> => {
      const found = gate(actor, read, name);
      return found.ok ? run(parts, found.value, actor, ...args) : found;
    };
  const laterOfSession =
    <A extends readonly unknown[], T>(read: ReadName, run: OfSession<A, Outcome<T>>) =>
    async (actor: Actor, name: string, ...args: A): Outcome<T> => {
      const found = gate(actor, read, name);
      return found.ok ? run(parts, found.value, actor, ...args) : found;
    };
  const ofAll =
    <A extends readonly unknown[], T>(
      read: ReadName,
      run: (actor: Actor, ...args: A) => Result<T, Refusal>,
    ) =>
    (actor: Actor, ...args: A): Result<T, Refusal> => {
      const denied = refused(actor, read, null, null);
      return denied === null ? run(actor, ...args) : err(denied);
    };
  const laterOfAll =
    <A extends readonly unknown[], T>(
      read: ReadName,
      run: (actor: Actor, ...args: A) => Outcome<T>,
    ) =>
    async (actor: Actor, ...args: A): Outcome<T> => {
      const denied = refused(actor, read, null, null);
      return denied === null ? run(actor, ...args) : err(denied);
    };

  return {
    sessions: ofAll('sessions', (actor, filter) =>
      ok(sessionPage(parts, shownTo(actor, filter)).sessions),
    ),
    sessionPage: ofAll('sessionPage', (actor, filter) =>
      ok(sessionPage(parts, shownTo(actor, filter))),
    ),
    session: ofSession('session', (_, snapshot) => ok(view(parts, snapshot))),
    events: ofSession('events', events),
    steers: ofSession('steers', steers),
    threads: ofSession('threads', threads),
    logs: laterOfSession('logs', logs),
    checkLog: laterOfSession('checkLog', checkLog),
    diff: laterOfSession('diff', diffOf),
    changes: laterOfSession('changes', (p, snapshot, _actor, from) =>
      changesSince(p, snapshot, from),
    ),
    attach: laterOfSession('attach', attach),
    terminal: laterOfSession('terminal', openTerminal),
    inbox: ofAll('inbox', (actor, all) => ok(inboxItems(parts, all ? null : actor))),
    issues: laterOfAll('issues', (_, request) => issues(parts, request)),
    projects: ofAll('projects', () => ok(projects(parts))),
    quota: laterOfAll('quota', async () => ok(await quotaView(parts, parts.agentForge.use()))),
    cost: ofAll('cost', (_, request) => cost(parts, request)),
    digest: laterOfAll('digest', async (_, stretch) => ok(await digest(parts, stretch ?? null))),
    budgets: ofAll('budgets', () => ok(budgets(parts))),
    agents: ofAll('agents', () => ok(parts.agentNames)),
  };
}

/** In a list an orchestrator sees itself and the sessions it started, whatever it asks for; people see every session. */
const shownTo = (actor: Actor, filter: SessionFilter): SessionFilter =>
  actor.via === 'agent' ? { ...filter, family: actor.subject.replace(/^agent:/, '') } : filter;
