import { z } from 'zod';
import { branchName } from '../../domain/session/branch.ts';
import { orchestratorPrompt } from '../../domain/text/orchestrator-prompt.ts';
import { ok } from '../../lib/result.ts';
import { chooseProject } from '../choose-project.ts';
import { alreadySpawned, makeSession, spawnKey } from '../make-session.ts';
import type { OrchestrateRequest, Outcome, SpawnRequest } from '../requests.ts';
import { Session } from '../schemas/session-schema.ts';
import { type Call, ofAll, post } from '../use-case.ts';
import type { SessionView } from '../views.ts';

/** Starts an agent that plans, and spawns and steers workers. Its own token may do that; no other agent's may for it. */
export const orchestrate = ofAll({
  name: 'orchestrate',
  when: 'later',
  verb: 'spawn',
  agents: 'nobody',
  action: 'orchestrate',
  http: post({
    path: '/api/orchestrators',
    tag: 'team',
    summary: 'Start an agent that plans, and spawns and steers its own workers',
    body: z.object({
      goal: z.string().max(100_000).nullish(),
      project: z.string().max(200).nullish(),
    }),
    response: Session,
    args: ({ body, key }) => [
      { project: body.project ?? null, channel: null, goal: body.goal ?? null, key },
    ],
  }),
  run: (call: Call, request: OrchestrateRequest) => start(call, request),
});

async function start({ parts, actor }: Call, request: OrchestrateRequest): Outcome<SessionView> {
  const project = chooseProject(parts, request);
  if (!project.ok) return project;
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
  return makeSession(parts, actor, project.value, spec, {
    role: 'orchestrator',
    task: { type: 'prompt', text: goal ?? 'Plan with a person' },
    prompt: orchestratorPrompt(goal),
    branch: (session) =>
      branchName(project.value.branchNamespace, null, `plan ${goal ?? ''}`, session),
    issue: null,
    key: spawnKey(spec, 'orchestrator'),
  });
}
