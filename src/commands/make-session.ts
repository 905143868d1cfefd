/** From what was asked for to a session that is saved and waits for its turn. */
import { kvStore } from '../db/kv-store.ts';
import { nextNumber } from '../db/sequence.ts';
import { isBranchTaken } from '../db/session-history.ts';
import type { Refusal } from '../domain/session/decision.ts';
import type { SessionEvent } from '../domain/session/event.ts';
import type { IssueFact, PullRequestFact } from '../domain/session/facts.ts';
import type { Actor, SessionId } from '../domain/session/ids.ts';
import { newSession } from '../domain/session/new-session.ts';
import { payerOf } from '../domain/session/payer.ts';
import { headRepository } from '../domain/session/pr.ts';
import type { Snapshot, Task } from '../domain/session/session.ts';
import { err, ok } from '../lib/result.ts';
import type { Project } from '../lifecycle/plugins.ts';
import { agentMissing } from './agent-missing.ts';
import { isBranch, isModel } from './names.ts';
import { orchestratorOf } from './orchestrator.ts';
import { asking, type CommandParts, view } from './parts.ts';
import { permissionsFor } from './permissions.ts';
import type { Outcome, SpawnRequest } from './requests.ts';
import type { SessionView } from './views.ts';

export interface Made {
  readonly role?: 'orchestrator';
  readonly task: Task;
  readonly prompt: string;
  /** Wanted for the session of this id. */
  readonly branch: (session: string) => string;
  readonly issue: IssueFact | null;
  readonly key: string | null;
  readonly pr?: PullRequestFact;
  /** Asked at the last moment, when nothing can come in between any more. */
  readonly guard?: () => Refusal | null;
}

/** Saves a new session, in the queue. Everything that can refuse it is asked before. */
export async function makeSession(
  parts: CommandParts,
  actor: Actor,
  project: Project,
  request: SpawnRequest,
  made: Made,
): Outcome<SessionView> {
  const odd = oddName(request, made.pr);
  if (odd !== null) return err(odd);
  const agent = request.agent ?? project.agent;
  const missing = await agentMissing(parts, agent);
  if (missing !== null) return err(missing);
  const policy = parts.policyOf(project.id);
  const asked = request.plan ? 'plan' : project.permissions;
  const permissions = permissionsFor(parts, agent, {
    mode: asked ?? policy.permissions,
    byName: asked !== null,
  });
  if (!permissions.ok) return permissions;
  const checked = await asking('git', () =>
    parts.plugins.workspaceFor(project.id).checkRepository(project.repo),
  );
  if (!checked.ok) return checked;
  const by = parts.plainActor(actor);
  const known = alreadySpawned(parts, made.key);
  if (known !== null) return ok(known);
  const refused = made.guard?.() ?? null;
  if (refused !== null) return err(refused);
  const boss = orchestratorOf(parts, actor);
  const id = parts.dispatch.together(() => {
    const id = `${project.prefix}-${nextNumber(parts.db, project.prefix)}` as SessionId;
    const wanted = made.branch(id);
    const branch = made.pr === undefined ? uniqueBranch(parts, project, wanted) : wanted;
    const fresh = newSession(
      {
        id,
        project: project.id,
        role: made.role ?? 'worker',
        parent: boss?.session.id ?? null,
        task: made.task,
        prompt: made.prompt,
        extraPrompt: request.prompt,
        agent,
        // The project's model is one of its own agent.
        model: request.model ?? (agent === project.agent ? project.model : null),
        permissions: permissions.value,
        base: request.base ?? project.defaultBranch,
        branch,
        place: parts.plugins.placeOf(project.id),
        by,
        ...cameAlong(request),
        ...(boss === null
          ? ownerOf(parts, project, by)
          : { owner: boss.session.owner, payer: payerOf(boss.session) }),
      },
      parts.clock.now(),
    );
    const snapshot: Snapshot = {
      ...fresh,
      facts: { ...fresh.facts, issue: made.issue },
      prs: made.pr === undefined ? [] : [made.pr],
    };
    parts.dispatch.create(
      snapshot,
      [{ type: 'session.spawned', by }, ...foreignEvents(made.pr)],
      () => noteKey(parts, made.key, id),
    );
    parts.admission.run();
    return id;
  });
  const after = parts.dispatch.snapshot(id);
  if (after === null) throw new Error(`The session ${id} was saved and is not there.`);
  return ok(view(parts, after));
}

const cameAlong = ({ files, source, home }: SpawnRequest) => ({
  ...(files === undefined ? {} : { files }),
  ...(source === undefined ? {} : { source }),
  ...(home === undefined ? {} : { home }),
});

const foreignEvents = (pr: PullRequestFact | undefined): readonly SessionEvent[] =>
  pr?.foreign === true
    ? [{ type: 'pr.foreign', pr: pr.key, from: headRepository(pr), readOnly: pr.readOnly ?? null }]
    : [];

/** Names that end as arguments of git or of an agent: nothing that could be an option, a path out, or more than one word. */
function oddName(request: SpawnRequest, pr: PullRequestFact | undefined): Refusal | null {
  const odd = (what: string, name: string): Refusal => ({
    code: 'AO_BAD_REQUEST',
    message: `${JSON.stringify(name.slice(0, 80))} is no ${what}.`,
  });
  if (request.base !== null && !isBranch(request.base))
    return odd('branch to start from', request.base);
  if (request.model !== null && !isModel(request.model)) return odd('model', request.model);
  return pr === undefined || isBranch(pr.branch) ? null : odd('branch ao can check out', pr.branch);
}

/** What ao itself started belongs to the first owner of the project who is known by a stable id: somebody has to be asked. */
function ownerOf(parts: CommandParts, project: Project, by: Actor): { readonly owner?: Actor } {
  const first =
    by.via === 'system'
      ? parts.ownersOf(project.id).find((owner) => owner.includes(':'))
      : undefined;
  return first === undefined ? {} : { owner: parts.person(first) };
}

const spawnKeys = (parts: CommandParts): ReturnType<typeof kvStore> => kvStore(parts.db, 'spawn');
function noteKey(parts: CommandParts, key: string | null, id: SessionId): void {
  if (key !== null) spawnKeys(parts).set(key, id);
}
export const spawnKey = (request: SpawnRequest, reference: string): string | null =>
  request.key === null ? null : `${request.key} ${reference}`;

/** The same request again (a redelivery, a retried POST) is the same session. */
export function alreadySpawned(parts: CommandParts, key: string | null): SessionView | null {
  const id = key === null ? undefined : spawnKeys(parts).get(key);
  const snapshot = typeof id === 'string' ? parts.dispatch.snapshot(id) : null;
  return snapshot === null ? null : view(parts, snapshot);
}

/** Two sessions never share a branch: the second one gets a number. What git has already is seen when the workspace is made. */
export function uniqueBranch(parts: CommandParts, project: Project, wanted: string): string {
  const isTaken = (branch: string): boolean => isBranchTaken(parts.db, project.id, branch);
  if (!isTaken(wanted)) return wanted;
  let n = 2;
  while (isTaken(`${wanted}-${n}`)) n += 1;
  return `${wanted}-${n}`;
}
