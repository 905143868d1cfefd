import { z } from 'zod';
import { branchName } from '../../domain/session/branch.ts';
import type { Refusal } from '../../domain/session/decision.ts';
import type { PullRequestFact } from '../../domain/session/facts.ts';
import type { Actor } from '../../domain/session/ids.ts';
import type { Task } from '../../domain/session/session.ts';
import { adoptPrompt } from '../../domain/text/prompt.ts';
import { err } from '../../lib/result.ts';
import { chooseProject } from '../choose-project.ts';
import { Name } from '../input.ts';
import { makeSession, uniqueBranch } from '../make-session.ts';
import { asking, type CommandParts } from '../parts.ts';
import type { AdoptRequest, Outcome } from '../requests.ts';
import { Session } from '../schemas/session-schema.ts';
import { type Call, ofAll, post } from '../use-case.ts';
import type { SessionView } from '../views.ts';

/** Takes over a pull request that exists already. */
export const adopt = ofAll({
  name: 'adopt',
  when: 'later',
  verb: 'spawn',
  agents: 'nobody',
  action: 'adopt',
  detail: ({ pr }) => pr.slice(0, 200),
  http: post({
    path: '/api/sessions/adopt',
    tag: 'sessions',
    summary: 'Take over an existing pull request',
    body: z.object({ project: Name.nullish(), pr: Name, agent: Name.nullish() }),
    response: Session,
    args: ({ body, key }) => [
      {
        project: body.project ?? null,
        channel: null,
        pr: body.pr,
        agent: body.agent ?? null,
        key,
      },
    ],
  }),
  run: ({ parts, actor }: Call, request: AdoptRequest) => takeOver(parts, actor, request),
});

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
  return makeSession(parts, actor, project.value, spec, {
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
