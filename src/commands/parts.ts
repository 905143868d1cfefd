import type { AuditEntry } from '../db/audit-store.ts';
import type { Db } from '../db/open.ts';
import type { AdmissionPlan } from '../domain/admission.ts';
import type { Refusal } from '../domain/decision.ts';
import type { Actor, SessionId } from '../domain/ids.ts';
import type { Command } from '../domain/input.ts';
import type { ProjectPolicy } from '../domain/policy.ts';
import type { Snapshot } from '../domain/session.ts';
import type { Clock } from '../lib/clock.ts';
import { err, ok, type Result } from '../lib/result.ts';
import type { ZoneDays } from '../lib/zone-days.ts';
import type { Dispatch } from '../lifecycle/dispatch.ts';
import type { Plugins } from '../lifecycle/plugins.ts';
import { PluginError } from '../slots/errors.ts';
import type { Access, Verb } from './access.ts';
import { viewSession } from './view-session.ts';
import type { SessionView } from './views.ts';

/** What every use case is built from. */
export interface CommandParts {
  readonly db: Db;
  readonly clock: Clock;
  /** Days of the configured time zone. */
  readonly days: () => ZoneDays;
  readonly dispatch: Dispatch;
  readonly plugins: Plugins;
  readonly access: Access;
  readonly policyOf: (project: string) => ProjectPolicy;
  readonly admission: { run(): AdmissionPlan; plan(): AdmissionPlan };
  readonly audit: (entry: AuditEntry) => void;
  /** Looks at a project's pull requests now. */
  readonly lookAtPullRequests: (project: string) => Promise<void>;
  readonly channelProject: (channel: string) => string | null;
  readonly newId: () => string;
  readonly redact: (text: string) => string;
  readonly agentNames: readonly string[];
  readonly plainActor: (actor: Actor) => Actor;
}

export const refusal = (code: string, message: string): { readonly ok: false; readonly error: Refusal } => err({ code, message });

export function view(parts: CommandParts, snapshot: Snapshot): SessionView {
  const { session } = snapshot;
  const queue =
    session.stage === 'queued' && session.ended === null
      ? (parts.admission.plan().wait.find((wait) => wait.id === session.id) ?? { position: 1, reason: 'starts next' })
      : null;
  return viewSession(snapshot, {
    policy: parts.policyOf(session.project),
    now: parts.clock.now(),
    version: parts.dispatch.version(session.id),
    queue: queue === null ? null : { position: queue.position, reason: queue.reason },
  });
}

/** Finds a session by id or unambiguous prefix: `app-7`, `7` where only one project has such a number. */
export function findSession(parts: CommandParts, name: string): Result<Snapshot, Refusal> {
  const wanted = name.trim().replace(/^#/, '').toLowerCase();
  const exact = parts.dispatch.snapshot(wanted);
  if (exact !== null) return ok(exact);
  const all = parts.dispatch.all();
  const byNumber = /^\d+$/.test(wanted) ? all.filter((snapshot) => snapshot.session.id.endsWith(`-${wanted}`)) : [];
  const matches = wanted === '' ? [] : byNumber.length > 0 ? byNumber : all.filter((snapshot) => snapshot.session.id.startsWith(wanted));
  const [only, second] = matches;
  if (only !== undefined && second === undefined) return ok(only);
  if (only !== undefined)
    return refusal(
      'AO_SESSION_AMBIGUOUS',
      `"${name}" could be ${matches
        .slice(0, 8)
        .map((snapshot) => snapshot.session.id)
        .join(', ')}. Say which.`,
    );
  return refusal('AO_SESSION_UNKNOWN', `There is no session "${name}".  ao status --all  lists them.`);
}

/** Policy first, then audit, then the decision. */
export function commandSession(
  parts: CommandParts,
  actor: Actor,
  name: string,
  verb: Verb,
  command: Command | ((snapshot: Snapshot) => Command | Refusal),
): Result<SessionView, Refusal> {
  const found = authorized(parts, actor, name, verb, typeof command === 'function' ? verb : command.type);
  if (!found.ok) return found;
  const wanted = typeof command === 'function' ? command(found.value) : command;
  if ('code' in wanted) return err(wanted);
  return decideFor(parts, actor, found.value.session.id, wanted);
}

export function decideFor(parts: CommandParts, actor: Actor, id: SessionId, command: Command): Result<SessionView, Refusal> {
  const decision = parts.dispatch.input(id, { type: 'command', command, by: parts.plainActor(actor) });
  if (decision?.refusal != null) return err(decision.refusal);
  const after = parts.dispatch.snapshot(id);
  return after === null ? refusal('AO_SESSION_UNKNOWN', `There is no session "${id}".`) : ok(view(parts, after));
}

export function authorized(parts: CommandParts, actor: Actor, name: string, verb: Verb, action: string): Result<Snapshot, Refusal> {
  const found = findSession(parts, name);
  const denied = parts.access.refusal(actor, verb) ?? foreignAgent(actor, found.ok ? found.value : null);
  audit(parts, actor, action, found.ok ? found.value.session.id : name, denied);
  return denied === null ? found : err(denied);
}

/** An agent may only speak for its own session. */
function foreignAgent(actor: Actor, snapshot: Snapshot | null): Refusal | null {
  if (actor.via !== 'agent' || snapshot === null || actor.subject === `agent:${snapshot.session.id}`) return null;
  return { code: 'AO_ACCESS_DENIED', message: `An agent can only act on its own session, and this token is not of ${snapshot.session.id}.` };
}

export function audit(parts: CommandParts, actor: Actor, action: string, session: string | null, denied: Refusal | null): void {
  parts.audit({ at: parts.clock.now(), subject: actor.subject, via: actor.via, action, session, detail: denied?.message ?? '', allowed: denied === null });
}

/** The outside world's refusals and failures as answers to a person. Bugs stay exceptions. */
export async function asking<T>(what: string, ask: () => Promise<T>): Promise<Result<T, Refusal>> {
  try {
    return ok(await ask());
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    return refusal(
      error.kind === 'rejected' || error.kind === 'not_found' ? error.code : 'AO_UPSTREAM',
      `${error.message}${error.kind === 'transient' ? ` (${what})` : ''}`,
    );
  }
}
