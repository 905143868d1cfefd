import { kvStore } from '../db/kv-store.ts';
import { nextNumber } from '../db/sequence.ts';
import { branchName } from '../domain/branch.ts';
import type { Refusal } from '../domain/decision.ts';
import type { IssueFact, PullRequestFact } from '../domain/facts.ts';
import { fence, plainName } from '../domain/fence.ts';
import type { Actor, SessionId } from '../domain/ids.ts';
import { newSession } from '../domain/new-session.ts';
import { issuePrompt } from '../domain/prompt.ts';
import type { Snapshot, Task } from '../domain/session.ts';
import { err, ok, type Result } from '../lib/result.ts';
import type { Project } from '../lifecycle/plugins.ts';
import type { Issue } from '../slots/tracker.ts';
import type { Outcome, Spawned, SpawnRequest } from './commands.ts';
import { asking, audit, type CommandParts, refusal, view } from './parts.ts';
import type { SessionView } from './views.ts';

/** One session per issue, or one for a free text. Each is answered for itself: one bad number doesn't stop the others. */
export async function spawn(parts: CommandParts, actor: Actor, request: SpawnRequest): Outcome<readonly Spawned[]> {
  const denied = parts.access.refusal(actor, 'spawn');
  audit(parts, actor, 'spawn', null, denied);
  if (denied !== null) return err(denied);
  const project = chooseProject(parts, request);
  if (!project.ok) return project;
  if (request.issues.length === 0 && (request.text ?? '').trim() === '')
    return refusal('AO_BAD_REQUEST', 'What should be worked on? Give an issue number or a text:  /ao spawn 42  or  /ao spawn "make the login test stable".');
  const spawned: Spawned[] = [];
  if (request.issues.length === 0) spawned.push(await one(null, () => spawnText(parts, actor, project.value, request)));
  for (const reference of new Set(request.issues)) spawned.push(await one(reference, () => spawnIssue(parts, actor, project.value, request, reference)));
  return ok(spawned);
}

async function one(issue: string | null, make: () => Outcome<SessionView>): Promise<Spawned> {
  const result = await make();
  return result.ok ? { issue, session: result.value, refusal: null } : { issue, session: null, refusal: result.error };
}

/** Named, else the channel's, else the only one. Never a guess. */
export function chooseProject(parts: CommandParts, request: { project: string | null; channel: string | null }): Result<Project, Refusal> {
  const projects = parts.plugins.projects().filter((project) => project.enabled);
  const names = projects.map((project) => project.id).join(', ');
  if (request.project !== null) {
    const named = projects.find((project) => project.id === request.project);
    return named === undefined ? refusal('AO_PROJECT_UNKNOWN', `There is no project "${request.project}". The projects are: ${names}.`) : ok(named);
  }
  const bound = request.channel === null ? null : parts.channelProject(request.channel);
  const chosen = projects.find((project) => project.id === bound) ?? (projects.length === 1 ? projects[0] : undefined);
  return chosen === undefined ? refusal('AO_PROJECT_AMBIGUOUS', `No project for this channel. Say --project with one of: ${names}.`) : ok(chosen);
}

async function spawnIssue(parts: CommandParts, actor: Actor, project: Project, request: SpawnRequest, reference: string): Outcome<SessionView> {
  const known = alreadySpawned(parts, spawnKey(request, reference));
  if (known !== null) return ok(known);
  const read = await asking('the tracker', () => parts.plugins.tracker(project.id).get(reference));
  if (!read.ok) return read.error.code === 'AO_UPSTREAM' ? read : refusal('AO_ISSUE_UNKNOWN', read.error.message);
  const issue = read.value;
  if (issue.state === 'closed' && !request.again) return refusal('AO_ISSUE_CLOSED', `Issue #${issue.id} is closed. Reopen it, or spawn anyway with --again.`);
  const task: Task = { type: 'issue', issue: issue.id, title: issue.title, url: issue.url };
  const prompt = issuePrompt(issue, request.prompt, parts.newId());
  const branch = branchName(project.branchNamespace, issue.id, issue.title);
  const guard = (): Refusal | null => (request.again ? null : takenRefusal(parts, project.id, issue.id));
  return make(parts, actor, project, request, { task, prompt, branch, issue: issueFact(issue, parts.clock.now()), key: spawnKey(request, reference), guard });
}

async function spawnText(parts: CommandParts, actor: Actor, project: Project, request: SpawnRequest): Outcome<SessionView> {
  const known = alreadySpawned(parts, spawnKey(request, ''));
  if (known !== null) return ok(known);
  const text = (request.text ?? '').trim();
  const prompt = request.prompt === null ? text : `${text}\n\nAlso: ${request.prompt}`;
  const branch = branchName(project.branchNamespace, null, text.split('\n')[0] ?? text);
  return make(parts, actor, project, request, { task: { type: 'prompt', text }, prompt, branch, issue: null, key: spawnKey(request, '') });
}

/** Takes over a pull request that exists already. */
export async function adopt(
  parts: CommandParts,
  actor: Actor,
  request: { project: string | null; channel: string | null; pr: string; agent: string | null; key: string | null },
): Outcome<SessionView> {
  const denied = parts.access.refusal(actor, 'spawn');
  audit(parts, actor, 'adopt', null, denied);
  if (denied !== null) return err(denied);
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
  const prompt = `Take over pull request #${pr.number} on branch ${plainName(pr.branch)}. Read what is there, run the checks, and bring it to a state that can be merged.\n\n${fence(`title of pull request #${pr.number}`, pr.title, parts.newId())}`;
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
    branch: pr.branch,
    issue: null,
    key: request.key === null ? null : `adopt ${request.key}`,
    pr,
  });
}

function whyNotAdopt(parts: CommandParts, pr: PullRequestFact): Refusal | null {
  if (pr.state !== 'open') return { code: 'AO_NO_PULL_REQUEST', message: `Pull request #${pr.number} is ${pr.state}.` };
  if (pr.foreign) return { code: 'AO_UNSUPPORTED', message: `Pull request #${pr.number} comes from another repository; its branch can't be checked out here.` };
  const owner = parts.dispatch.live().find((snapshot) => snapshot.prs.some((known) => known.key === pr.key));
  return owner === undefined ? null : { code: 'AO_STATE', message: `${owner.session.id} works on pull request #${pr.number} already.` };
}

interface Made {
  readonly task: Task;
  readonly prompt: string;
  readonly branch: string;
  readonly issue: IssueFact | null;
  readonly key: string | null;
  readonly pr?: PullRequestFact;
  /** Asked at the last moment, when nothing can come in between any more. */
  readonly guard?: () => Refusal | null;
}

async function make(parts: CommandParts, actor: Actor, project: Project, request: SpawnRequest, made: Made): Outcome<SessionView> {
  const agent = request.agent ?? project.agent;
  const missing = await agentMissing(parts, agent);
  if (missing !== null) return err(missing);
  const checked = await asking('git', () => parts.plugins.workspace(project.id).checkRepository(project.repo));
  if (!checked.ok) return checked;
  const policy = parts.policyOf(project.id);
  const by = parts.plainActor(actor);
  const known = alreadySpawned(parts, made.key);
  if (known !== null) return ok(known);
  const refused = made.guard?.() ?? null;
  if (refused !== null) return err(refused);
  const branch = made.pr === undefined ? uniqueBranch(parts, project, made.branch) : made.branch;
  const id = parts.dispatch.together(() => {
    const id = `${project.prefix}-${nextNumber(parts.db, project.prefix)}` as SessionId;
    const fresh = newSession(
      {
        id,
        project: project.id,
        role: 'worker',
        parent: null,
        task: made.task,
        prompt: made.prompt,
        extraPrompt: request.prompt,
        agent,
        model: request.model ?? project.model,
        permissions: request.plan ? 'plan' : policy.permissions,
        base: request.base ?? project.defaultBranch,
        branch,
        by,
      },
      parts.clock.now(),
    );
    const snapshot: Snapshot = { ...fresh, facts: { ...fresh.facts, issue: made.issue }, prs: made.pr === undefined ? [] : [made.pr] };
    parts.dispatch.create(snapshot, [{ type: 'session.spawned', by }], () => {
      if (made.key !== null) spawnKeys(parts).set(made.key, id);
    });
    parts.admission.run();
    return id;
  });
  const after = parts.dispatch.snapshot(id);
  if (after === null) throw new Error(`The session ${id} was saved and is not there.`);
  return ok(view(parts, after));
}

async function agentMissing(parts: CommandParts, agent: string): Promise<Refusal | null> {
  if (!parts.agentNames.includes(agent))
    return { code: 'AO_AGENT_MISSING', message: `There is no agent "${agent}". The agents are: ${parts.agentNames.join(', ')}.` };
  const detected = await parts.plugins.agent(agent).detect();
  if (detected.found) return null;
  const fix = detected.findings.find((finding) => finding.fix !== null)?.fix;
  return { code: 'AO_AGENT_MISSING', message: `The agent ${agent} is not installed on this machine.${fix == null ? '' : ` ${fix}`}` };
}

const spawnKeys = (parts: CommandParts): ReturnType<typeof kvStore> => kvStore(parts.db, 'spawn');
const spawnKey = (request: SpawnRequest, reference: string): string | null => (request.key === null ? null : `${request.key} ${reference}`);

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
      .find((snapshot) => snapshot.session.project === project && snapshot.session.task.type === 'issue' && snapshot.session.task.issue === issue) ?? null
  );
}

/** Two sessions never share a branch: the second one gets a number. What git has already is seen when the workspace is made. */
function uniqueBranch(parts: CommandParts, project: Project, wanted: string): string {
  const taken = new Set(
    parts.dispatch
      .all()
      .filter((snapshot) => snapshot.session.project === project.id)
      .map((snapshot) => snapshot.session.branch),
  );
  if (!taken.has(wanted)) return wanted;
  let n = 2;
  while (taken.has(`${wanted}-${n}`)) n += 1;
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
