import { z } from 'zod';
import { branchName } from '../../domain/session/branch.ts';
import type { Refusal } from '../../domain/session/decision.ts';
import type { IssueFact } from '../../domain/session/facts.ts';
import type { Actor } from '../../domain/session/ids.ts';
import type { Snapshot, Task } from '../../domain/session/session.ts';
import { issueName } from '../../domain/text/issue-name.ts';
import { issuePrompt } from '../../domain/text/prompt.ts';
import { withQuotes } from '../../domain/text/quotes.ts';
import { ok } from '../../lib/result.ts';
import type { Project } from '../../lifecycle/plugins.ts';
import type { Issue } from '../../slots/tracker.ts';
import { chooseProject } from '../choose-project.ts';
import { Name, Text } from '../input.ts';
import { alreadySpawned, makeSession, spawnKey } from '../make-session.ts';
import { orchestratorOf } from '../orchestrator.ts';
import { asking, audit, type CommandParts, refusal } from '../parts.ts';
import type { Outcome, Spawned, SpawnRequest } from '../requests.ts';
import { SpawnedSchema } from '../schemas/view-schemas.ts';
import { type Call, ofAll, post } from '../use-case.ts';
import type { SessionView } from '../views.ts';

/** Of an issue: a number counts as its digits. */
const Reference = z.union([Name, z.int().positive()]).transform(String);

interface Asked {
  readonly issues: readonly string[];
  readonly issue?: string | null | undefined;
  readonly text?: string | null | undefined;
  readonly title?: string | null | undefined;
}

const issuesOf = ({ issues, issue }: Asked): readonly string[] =>
  issue == null ? issues : [...issues, issue];

const textOf = (asked: Asked): string | null =>
  asked.text ?? (issuesOf(asked).length === 0 ? (asked.title ?? null) : null);

const Body = z
  .object({
    project: Name.nullish(),
    projectId: Name.nullish().describe('Another name of project'),
    issues: z.array(Reference).max(50).default([]),
    issue: Reference.nullish().describe('One issue'),
    text: Text.nullish(),
    title: Text.nullish().describe('Another name of text; beside an issue, of prompt'),
    agent: Name.nullish(),
    model: Name.nullish(),
    base: Name.nullish(),
    prompt: Text.nullish(),
    plan: z.boolean().default(false),
    again: z.boolean().default(false),
  })
  .refine((body) => issuesOf(body).length > 0 !== (textOf(body) !== null), {
    message: 'give issues or a text, not both',
  })
  .meta({ id: 'SpawnBody' });

/** One session per issue, or one for a free text. Each is answered for itself: one bad number doesn't stop the others. */
export const spawn = ofAll({
  name: 'spawn',
  when: 'later',
  verb: 'spawn',
  agents: 'orchestrators',
  action: 'spawn',
  detail: ({ issues }) => (issues.length === 0 ? 'a free text' : issues.join(' ').slice(0, 200)),
  http: post({
    path: '/api/sessions',
    tag: 'sessions',
    summary: 'Start one session per issue, or one on a text',
    body: Body,
    response: z.array(SpawnedSchema),
    args: ({ body, key }) => [
      {
        project: body.project ?? body.projectId ?? null,
        channel: null,
        issues: issuesOf(body),
        text: textOf(body),
        agent: body.agent ?? null,
        model: body.model ?? null,
        base: body.base ?? null,
        prompt: body.prompt ?? (issuesOf(body).length > 0 ? (body.title ?? null) : null),
        plan: body.plan,
        again: body.again,
        key,
      },
    ],
  }),
  async run({ parts, actor }: Call, request: SpawnRequest): Outcome<readonly Spawned[]> {
    const boss = orchestratorOf(parts, actor);
    // An orchestrator's workers are of its own project.
    const wanted = boss === null ? request : { ...request, project: boss.session.project };
    const spawned = await spawnEach(parts, actor, wanted);
    for (const each of spawned.ok ? spawned.value : [])
      if (each.refusal !== null) audit(parts, actor, 'spawn', null, each.refusal);
    return spawned;
  },
});

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
      `Issue ${issueName(issue.id)} is closed. Reopen it, or spawn anyway with --again.`,
    );
  const task: Task = { type: 'issue', issue: issue.id, title: issue.title, url: issue.url };
  const prompt = quoting(parts, request, issuePrompt(issue, request.prompt, parts.newId()));
  const branch = (session: string): string =>
    branchName(project.branchNamespace, issue.id, issue.title, session);
  const guard = (): Refusal | null =>
    request.again ? null : takenRefusal(parts, project.id, issue.id);
  return makeSession(parts, actor, project, request, {
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
  const words = request.prompt === null ? text : `${text}\n\nAlso: ${request.prompt}`;
  const prompt = quoting(parts, request, words);
  const branch = (session: string): string =>
    branchName(project.branchNamespace, null, text.split('\n')[0] ?? text, session);
  return makeSession(parts, actor, project, request, {
    task: { type: 'prompt', text },
    prompt,
    branch,
    issue: null,
    key: spawnKey(request, ''),
  });
}

const quoting = (parts: CommandParts, { quotes = [] }: SpawnRequest, words: string): string =>
  withQuotes(words, quotes, parts.newId());

function takenRefusal(parts: CommandParts, project: string, issue: string): Refusal | null {
  const taken = liveOnIssue(parts, project, issue);
  if (taken === null) return null;
  const { id, toldStatus } = taken.session;
  return {
    code: 'AO_ISSUE_TAKEN',
    message: `Issue ${issueName(issue)} already has ${id} (${toldStatus}). Open it: ao show ${id}. Spawn another: ao spawn ${issue} --again`,
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

const issueFact = (issue: Issue, at: number): IssueFact => ({
  id: issue.id,
  title: issue.title,
  state: issue.state,
  labels: issue.labels,
  assignee: issue.assignee,
  url: issue.url,
  at,
});
