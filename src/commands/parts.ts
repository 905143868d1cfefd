import type { Db } from '../db/open.ts';
import { namedIds } from '../db/session-history.ts';
import type { AdmissionPlan } from '../domain/session/admission.ts';
import type { AuditEntry } from '../domain/session/audit.ts';
import type { Refusal } from '../domain/session/decision.ts';
import type { Actor, SessionId } from '../domain/session/ids.ts';
import type { Command } from '../domain/session/input.ts';
import type { ProjectPolicy } from '../domain/session/policy.ts';
import type { Snapshot } from '../domain/session/session.ts';
import type { Clock } from '../lib/clock.ts';
import { err, ok, type Result } from '../lib/result.ts';
import type { ZoneDays } from '../lib/zone-days.ts';
import type { Dispatch } from '../lifecycle/dispatch.ts';
import type { Budgets } from '../lifecycle/observe/budgets.ts';
import type { Plugins } from '../lifecycle/plugins.ts';
import { PluginError } from '../slots/errors.ts';
import type { Access } from './access.ts';
import type { AgentForge } from './agent-forge.ts';
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
  readonly budgets: Budgets;
  /** USD of a month over all projects; null unless each has a budget. */
  readonly monthBudget: () => number | null;
  readonly admission: { run(): AdmissionPlan };
  readonly audit: (entry: Omit<AuditEntry, 'at'>) => void;
  /** Looks at a project's pull requests now. */
  readonly lookAtPullRequests: (project: string) => Promise<void>;
  readonly channelProject: (channel: string) => string | null;
  readonly newId: () => string;
  readonly redact: (text: string) => string;
  readonly agentForge: AgentForge;
  readonly agentNames: readonly string[];
  /** Somebody by their stable id, with the name they were last seen with. */
  readonly person: (subject: string) => Actor;
  /** Where the logins of a project's people are; null: its scm knows none. */
  readonly forgeOf: (project: string) => string | null;
  /** Subjects and logins in `projects.<id>.owners`. */
  readonly ownersOf: (project: string) => readonly string[];
  readonly plainActor: (actor: Actor) => Actor;
}

export const refusal = (
  code: string,
  message: string,
): { readonly ok: false; readonly error: Refusal } => err({ code, message });

export function view(parts: CommandParts, snapshot: Snapshot): SessionView {
  const { session } = snapshot;
  return viewSession(snapshot, {
    policy: parts.policyOf(session.project),
    now: parts.clock.now(),
    version: parts.dispatch.version(session.id),
  });
}

/** Views of many sessions, in this order; those that aren't there are left out. */
export const views = (parts: CommandParts, ids: readonly string[]): readonly SessionView[] =>
  parts.dispatch.snapshots(ids).map(({ snapshot, version }) =>
    viewSession(snapshot, {
      policy: parts.policyOf(snapshot.session.project),
      now: parts.clock.now(),
      version,
    }),
  );

/** Finds a session by id or unambiguous prefix: `app-7`, `7` where only one project has such a number. */
export function findSession(parts: CommandParts, name: string): Result<Snapshot, Refusal> {
  const wanted = name.trim().replace(/^#/, '').toLowerCase();
  const exact = parts.dispatch.snapshot(wanted);
  if (exact !== null) return ok(exact);
  const [only, second, ...others] = parts.dispatch
    .snapshots(namedIds(parts.db, wanted, 8))
    .map(({ snapshot }) => snapshot);
  if (only !== undefined && second === undefined) return ok(only);
  if (only !== undefined && second !== undefined)
    return refusal(
      'AO_SESSION_AMBIGUOUS',
      `"${name}" could be ${[only, second, ...others]
        .map((snapshot) => snapshot.session.id)
        .join(', ')}. Say which.`,
    );
  return refusal(
    'AO_SESSION_UNKNOWN',
    `There is no session "${name}".  ao status --all  lists them.`,
  );
}

/** What the session's own decision says; a refusal there is the answer. */
export function decideFor(
  parts: CommandParts,
  actor: Actor,
  id: SessionId,
  command: Command,
): Result<SessionView, Refusal> {
  const decision = parts.dispatch.input(id, {
    type: 'command',
    command,
    by: parts.plainActor(actor),
  });
  if (decision?.refusal != null) return err(decision.refusal);
  const after = parts.dispatch.snapshot(id);
  return after === null
    ? refusal('AO_SESSION_UNKNOWN', `There is no session "${id}".`)
    : ok(view(parts, after));
}

/** The session as it is by now. */
export const viewNow = (
  parts: CommandParts,
  snapshot: Snapshot,
): { readonly ok: true; readonly value: SessionView } =>
  ok(view(parts, parts.dispatch.snapshot(snapshot.session.id) ?? snapshot));

export function audit(
  parts: CommandParts,
  actor: Actor,
  action: string,
  session: string | null,
  denied: Refusal | null,
  detail = '',
): void {
  const words = denied === null ? detail : denied.message;
  parts.audit({
    subject: actor.subject,
    via: actor.via,
    action,
    session,
    detail: words,
    allowed: denied === null,
  });
}

/** The outside world's refusals and failures as answers to a person. Bugs stay exceptions. */
export async function asking<T>(what: string, ask: () => Promise<T>): Promise<Result<T, Refusal>> {
  try {
    return ok(await ask());
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    return err(refusalOf(error, what));
  }
}

/** `what`: who was asked. */
export const refusalOf = (error: PluginError, what: string | null = null): Refusal => ({
  code: error.kind === 'rejected' || error.kind === 'not_found' ? error.code : 'AO_UPSTREAM',
  message: `${error.message}${error.kind === 'transient' && what !== null ? ` (${what})` : ''}`,
});
