/** The only place that asks whether somebody may: for reads and writes, people and agents. Its rows in the audit log come from here too. */
import type { Refusal } from '../domain/session/decision.ts';
import type { Actor } from '../domain/session/ids.ts';
import type { Snapshot } from '../domain/session/session.ts';
import { err, ok, type Result } from '../lib/result.ts';
import type { Verb } from './access.ts';
import { type Agents, agentMay } from './agents.ts';
import { orchestratorOf } from './orchestrator.ts';
import { audit, type CommandParts, findSession } from './parts.ts';
import type { AnyUseCase } from './use-case.ts';

/** Whether there is such a session is said only to those who may. `session` null: the use case is about none. */
export function admit(
  parts: CommandParts,
  useCase: AnyUseCase,
  actor: Actor,
  session: string | null,
  args: readonly unknown[],
): Result<Snapshot | null, Refusal> {
  const found = session === null ? null : findSession(parts, session);
  const snapshot = found?.ok === true ? found.value : null;
  const denied = refusalTo(parts, useCase, actor, snapshot, args);
  const refused = denied ?? (found?.ok === false ? found.error : null);
  if (useCase.record !== 'refusals' || denied !== null)
    record(parts, useCase, actor, { session: snapshot?.session.id ?? session, args, refused });
  return refused === null ? ok(snapshot) : err(refused);
}

/** One row: what was asked for, or why it was refused. Before anything is done, so that nothing is done without one. */
export function record(
  parts: CommandParts,
  useCase: AnyUseCase,
  actor: Actor,
  row: {
    readonly session: string | null;
    readonly args: readonly unknown[];
    readonly refused: Refusal | null;
  },
): void {
  const args = row.args as never;
  const action = typeof useCase.action === 'string' ? useCase.action : useCase.action(...args);
  const about = row.session?.slice(0, 60) ?? useCase.about?.(parts, ...args) ?? null;
  audit(parts, actor, action, about, row.refused, useCase.detail?.(...args) ?? '');
}

/** Of people the policy is asked; of agents the use case's own rule, whatever role the configuration gives them. */
function refusalTo(
  parts: CommandParts,
  useCase: AnyUseCase,
  actor: Actor,
  snapshot: Snapshot | null,
  args: readonly unknown[],
): Refusal | null {
  if (actor.via === 'agent') return refusalToAgent(parts, actor, useCase, snapshot);
  if (useCase.verb === null) return FOR_AGENTS;
  const verbs =
    typeof useCase.verb === 'function'
      ? useCase.verb({ parts, actor, snapshot: snapshot as never }, ...(args as never))
      : useCase.verb;
  for (const verb of [verbs].flat()) {
    const denied = parts.access.refusal(actor, verb);
    if (denied !== null) return denied;
  }
  return null;
}

/** One more right of an actor who was let through; agents have none. */
export const furtherRefusal = (parts: CommandParts, actor: Actor, verb: Verb): Refusal | null =>
  actor.via === 'agent' ? NOT_OF_AGENTS : parts.access.refusal(actor, verb);

/** The answer for doors that show, store or stream something themselves. Writes no row. */
export function mayDo(
  parts: CommandParts,
  actor: Actor,
  verb: Verb,
  session: string | null,
): Result<null, Refusal> {
  const found = session === null ? null : findSession(parts, session);
  const denied =
    actor.via === 'agent'
      ? verb === 'view'
        ? refusalToAgent(parts, actor, LOOKING, found?.ok === true ? found.value : null)
        : NOT_OF_AGENTS
      : parts.access.refusal(actor, verb);
  return denied === null ? ok(null) : err(denied);
}

function refusalToAgent(
  parts: CommandParts,
  actor: Actor,
  { kind, agents }: { readonly kind: 'read' | 'change'; readonly agents: Agents },
  snapshot: Snapshot | null,
): Refusal | null {
  const who = {
    session: actor.subject.replace(/^agent:/, ''),
    orchestrator: orchestratorOf(parts, actor) !== null,
  };
  if (agentMay(agents, who, snapshot?.session ?? null)) return null;
  return kind === 'read' ? NOT_OF_THIS_AGENT : NOT_OF_AGENTS;
}

const LOOKING = { kind: 'read', agents: 'own and started' } as const;

const NOT_OF_THIS_AGENT: Refusal = {
  code: 'AO_ACCESS_DENIED',
  message:
    'An agent can read only its own session, and an orchestrator also the sessions it started.',
};
const NOT_OF_AGENTS: Refusal = {
  code: 'AO_ACCESS_DENIED',
  message:
    'An agent can only open the pull request of its own session and report; an orchestrator can also start workers and write to them.',
};
const FOR_AGENTS: Refusal = {
  code: 'AO_ACCESS_DENIED',
  message: 'Only the agent of the session itself can do this.',
};
