import { kvStore } from '../db/kv-store.ts';
import { nextNumber } from '../db/sequence.ts';
import { isBranchTaken } from '../db/session-history.ts';
import { branchName } from '../domain/session/branch.ts';
import type { Refusal } from '../domain/session/decision.ts';
import type { SessionEvent } from '../domain/session/event.ts';
import type { IssueFact, PullRequestFact } from '../domain/session/facts.ts';
import type { Actor, SessionId } from '../domain/session/ids.ts';
import { newSession } from '../domain/session/new-session.ts';
import { headRepository } from '../domain/session/pr.ts';
import { payerOf, type Snapshot, type Task } from '../domain/session/session.ts';
import { orchestratorPrompt } from '../domain/text/orchestrator-prompt.ts';
import { adoptPrompt, issuePrompt } from '../domain/text/prompt.ts';
import { err, ok, type Result } from '../lib/result.ts';
import type { Project } from '../lifecycle/plugins.ts';
import type { Issue } from '../slots/tracker.ts';
import { agentMissing } from './agent-missing.ts';
import type { Commands, Outcome, Spawned, SpawnRequest } from './commands.ts';
import { isBranch, isModel } from './names.ts';
import { orchestratorOf } from './orchestrator.ts';
import { asking, audit, audited, type CommandParts, refusal, view } from './parts.ts';
import { permissionsFor } from './permissions.ts';
import type { SessionView } from './views.ts';

/** One session per issue, or one for a free text. Each is answered for itself: one bad number doesn't stop the others. */
export async function spawn(
  parts: CommandParts,
  actor: Actor,
  request: SpawnRequest,
): Outcome<readonly Spawned[]> {
  const boss = orchestratorOf(parts, actor);
  const denied = boss === null ? parts.access.refusal(actor, 'spawn') : null;
  audit(
    parts,
    actor,
    'spawn',
    null,
    denied,
    request.issues.length === 0 ? 'a free text' : request.issues.join(' ').slice(0, 200),
  );
  if (denied !== null) return err(denied);
  // An orchestrator's workers are of its own project.
  const spawned = await spawnEach(
    parts,
    actor,
    boss === null ? request : { ...request, project: boss.session.project },
  );
  for (const one of spawned.ok ? spawned.value : [{ refusal: spawned.error }])
    if (one.refusal !== null) audit(parts, actor, 'spawn', null, one.refusal);
  return spawned;
}

async function spawnEach(
  parts: CommandParts,
  actor: Actor,
  request: SpawnRequest,
): Outcome<readonly Spawned[]> {
  const project = chooseProject(parts, request);
  if (!project.ok) return project;
  if (request.issues.length === 0 && (request.text ?? '').trim() === '')
    return refusal(
      'AO_BAD_REQUEST',
      'What should be worked on? Give an issue number or a text:  /ao spawn 42  or  /ao spawn "make the login test stable".',
    );
  const spawned: Spawned[] = [];
  if (request.issues.length === 0)
    spawned.push(await one(null, () => spawnText(parts, actor, project.value, request)));
  for (const reference of new Set(request.issues))
    spawned.push(
      await one(reference, () => spawnIssue(parts, actor, project.value, request, reference)),
    );
  return ok(spawned);
}

async function one(issue: string | null, make: () => Outcome<SessionView>): Promise<Spawned> {
  const result = await make();
  return result.ok
    ? { issue, session: result.value, refusal: null }
    : { issue, session: null, refusal: result.error };
}

/** Named, else the channel's, else the only one. Never a guess. */
export function chooseProject(
  parts: CommandParts,
  request: { project: string | null; channel: string | null },
): Result<Project, Refusal> {
  const projects = parts.plugins.projects().filter((project) => project.enabled);
  const names = projects.map((project) => project.id).join(', ');
  if (request.project !== null) {
    const named = projects.find((project) => project.id === request.project);
    return named === undefined
      ? refusal(
          'AO_PROJECT_UNKNOWN',
          `There is no project "${request.project}". The projects are: ${names}.`,
        )
      : ok(named);
  }
  const bound = request.channel === null ? null : parts.channelProject(request.channel);
  const chosen =
    projects.find((project) => project.id === bound) ??
    (projects.length === 1 ? projects[0] : undefined);
  return chosen === undefined
    ? refusal(
        'AO_PROJECT_AMBIGUOUS',
        `No project for this channel. Say --project with one of: ${names}.`,
      )
    : ok(chosen);
}

async function spawnIssue(
  parts: CommandParts,
  actor: Actor,
  project: Project,
  request: SpawnRequest,
  reference: string,
): Outcome<SessionView> {
  const known = alreadySpawned(parts, spawnKey(request, reference));
  if (known !== null) return ok(known);
  const read = await asking('the tracker', () => parts.plugins.tracker(project.id).get(reference));
  if (!read.ok)
    return read.error.code === 'AO_UPSTREAM'
      ? read
      : refusal('AO_ISSUE_UNKNOWN', read.error.message);
  const issue = read.value;
  if (issue.state === 'closed' && !request.again)
    return refusal(
      'AO_ISSUE_CLOSED',
      `Issue #${issue.id} is closed. Reopen it, or spawn anyway with --again.`,
    );
  const task: Task = { type: 'issue', issue: issue.id, title: issue.title, url: issue.url };
  const prompt = issuePrompt(issue, request.prompt, parts.newId());
  const branch = (session: string): string =>
    branchName(project.branchNamespace, issue.id, issue.title, session);
  const guard = (): Refusal | null =>
    request.again ? null : takenRefusal(parts, project.id, issue.id);
  return make(parts, actor, project, request, {
    task,
    prompt,
    branch,
    issue: issueFact(issue, parts.clock.now()),
    key: spawnKey(request, reference),
    guard,
  });
}

async function spawnText(
  parts: CommandParts,
  actor: Actor,
  project: Project,
  request: SpawnRequest,
): Outcome<SessionView> {
  const known = alreadySpawned(parts, spawnKey(request, ''));
  if (known !== null) return ok(known);
  const text = (request.text ?? '').trim();
  const prompt = request.prompt === null ? text : `${text}\n\nAlso: ${request.prompt}`;
  const branch = (session: string): string =>
    branchName(project.branchNamespace, null, text.split('\n')[0] ?? text, session);
  return make(parts, actor, project, request, {
    task: { type: 'prompt', text },
    prompt,
    branch,
    issue: null,
    key: spawnKey(request, ''),
  });
}

type AdoptRequest = Parameters<Commands['adopt']>[1];

/** A session that plans and spawns others. Its own token may do that; nobody else's may for it. */
export async function orchestrate(
  parts: CommandParts,
  actor: Actor,
  request: {
    project: string | null;
    channel: string | null;
    goal: string | null;
    key: string | null;
  },
): Outcome<SessionView> {
  const denied = parts.access.refusal(actor, 'spawn');
  audit(parts, actor, 'orchestrate', null, denied);
  if (denied !== null) return err(denied);
  const project = chooseProject(parts, request);
  if (!project.ok) return audited(parts, actor, 'orchestrate', null, project);
  const goal = request.goal === null || request.goal.trim() === '' ? null : request.goal.trim();
  const { agent, model } = project.value.orchestrator;
  const spec: SpawnRequest = {
    ...request,
    issues: [],
    text: goal,
    agent,
    model,
    base: null,
    prompt: null,
    plan: false,
    again: true,
  };
  const known = alreadySpawned(parts, spawnKey(spec, 'orchestrator'));
  if (known !== null) return ok(known);
  const made = await make(parts, actor, project.value, spec, {
    role: 'orchestrator',
    task: { type: 'prompt', text: goal ?? 'Plan with a person' },
    prompt: orchestratorPrompt(goal),
    branch: (session) =>
      branchName(project.value.branchNamespace, null, `plan ${goal ?? ''}`, session),
    issue: null,
    key: spawnKey(spec, 'orchestrator'),
  });
  return audited(parts, actor, 'orchestrate', null, made);
}

/** Takes over a pull request that exists already. */
export async function adopt(
  parts: CommandParts,
  actor: Actor,
  request: AdoptRequest,
): Outcome<SessionView> {
  const denied = parts.access.refusal(actor, 'spawn');
  audit(parts, actor, 'adopt', null, denied, request.pr.slice(0, 200));
  if (denied !== null) return err(denied);
  return audited(parts, actor, 'adopt', null, await takeOver(parts, actor, request));
}

async function takeOver(
  parts: CommandParts,
  actor: Actor,
  request: AdoptRequest,
): Outcome<SessionView> {
  const project = chooseProject(parts, request);
  if (!project.ok) return project;
  const read = await asking('the scm', async () => {
    const scm = parts.plugins.scm(project.value.id);
    return scm.read(await scm.resolve(request.pr));
  });
  if (!read.ok) return read;
  const pr = read.value;
  const refused = whyNotAdopt(parts, pr);
  if (refused !== null) return err(refused);
  const prompt = adoptPrompt(pr, parts.newId());
  const task: Task = { type: 'pull_request', prKey: pr.key, number: pr.number, title: pr.title };
  const spec = {
    issues: [],
    text: null,
    project: project.value.id,
    channel: null,
    agent: request.agent,
    model: null,
    base: pr.base,
    prompt: null,
    plan: false,
    again: true,
    key: request.key,
  };
  return make(parts, actor, project.value, spec, {
    task,
    prompt,
    // A branch of somebody else's repository gets a name of its own here: theirs may be `main`.
    branch: (session) =>
      pr.foreign
        ? uniqueBranch(
            parts,
            project.value,
            branchName(project.value.branchNamespace, null, `pr ${pr.number}`, session),
          )
        : pr.branch,
    issue: null,
    key: request.key === null ? null : `adopt ${request.key}`,
    pr,
    guard: () => whyNotAdopt(parts, pr),
  });
}

function whyNotAdopt(parts: CommandParts, pr: PullRequestFact): Refusal | null {
  if (pr.state !== 'open')
    return { code: 'AO_NO_PULL_REQUEST', message: `Pull request #${pr.number} is ${pr.state}.` };
  const owner = parts.dispatch
    .live()
    .find((snapshot) => snapshot.prs.some((known) => known.key === pr.key));
  return owner === undefined
    ? null
    : {
        code: 'AO_STATE',
        message: `${owner.session.id} works on pull request #${pr.number} already.`,
      };
}

interface Made {
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

async function make(
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
    parts.plugins.workspace(project.id).checkRepository(project.repo),
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
        by,
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
      () => {
        if (made.key !== null) spawnKeys(parts).set(made.key, id);
      },
    );
    parts.admission.run();
    return id;
  });
  const after = parts.dispatch.snapshot(id);
  if (after === null) throw new Error(`The session ${id} was saved and is not there.`);
  return ok(view(parts, after));
}

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
const spawnKey = (request: SpawnRequest, reference: string): string | null =>
  request.key === null ? null : `${request.key} ${reference}`;

/** The same request again (a redelivery, a retried POST) is the same session. */
function alreadySpawned(parts: CommandParts, key: string | null): SessionView | null {
  const id = key === null ? undefined : spawnKeys(parts).get(key);
  const snapshot = typeof id === 'string' ? parts.dispatch.snapshot(id) : null;
  return snapshot === null ? null : view(parts, snapshot);
}

function takenRefusal(parts: CommandParts, project: string, issue: string): Refusal | null {
  const taken = liveOnIssue(parts, project, issue);
  if (taken === null) return null;
  const { id, toldStatus } = taken.session;
  return {
    code: 'AO_ISSUE_TAKEN',
    message: `Issue #${issue} already has ${id} (${toldStatus}). Open it: ao show ${id}. Spawn another: ao spawn ${issue} --again`,
  };
}

function liveOnIssue(parts: CommandParts, project: string, issue: string): Snapshot | null {
  return (
    parts.dispatch
      .live()
      .find(
        (snapshot) =>
          snapshot.session.project === project &&
          snapshot.session.task.type === 'issue' &&
          snapshot.session.task.issue === issue,
      ) ?? null
  );
}

/** Two sessions never share a branch: the second one gets a number. What git has already is seen when the workspace is made. */
function uniqueBranch(parts: CommandParts, project: Project, wanted: string): string {
  const isTaken = (branch: string): boolean => isBranchTaken(parts.db, project.id, branch);
  if (!isTaken(wanted)) return wanted;
  let n = 2;
  while (isTaken(`${wanted}-${n}`)) n += 1;
  return `${wanted}-${n}`;
}

const issueFact = (issue: Issue, at: number): IssueFact => ({
  id: issue.id,
  title: issue.title,
  state: issue.state,
  labels: issue.labels,
  assignee: issue.assignee,
  url: issue.url,
  at,
});
