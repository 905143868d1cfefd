/** What people do to a session. */
import { z } from '@hono/zod-openapi';
import type { Outcome } from '../../commands/commands.ts';
import type { SessionView, SteerView } from '../../commands/views.ts';
import { subject } from '../../domain/session/ids.ts';
import { err } from '../../lib/result.ts';
import type { HttpDeps } from '../deps.ts';
import { type Api, addEndpoint, type Call } from '../endpoint.ts';
import { Session, Steer } from '../schemas/session-schema.ts';
import { GhBody, GhReply } from './gh-body.ts';

const text = z.string().min(1).max(100_000);
const optionalText = z.string().max(100_000).nullish();
const nothing = z.object({});
const PERSON = /^(?:slack|discord):[^:\s]+:[^:\s]+$|^(?:web|proxy):[^:\s]+$/;

export function addControlRoutes(app: Api, deps: HttpDeps): void {
  const { commands } = deps;
  const onSession = <B>(
    verb: string,
    summary: string,
    body: z.ZodType<B>,
    run: (call: Call<undefined, B>, id: string) => Outcome<SessionView>,
  ): void =>
    addEndpoint<undefined, B, SessionView>(app, {
      method: 'post',
      path: `/api/sessions/:id/${verb}`,
      tag: 'control',
      summary,
      body,
      response: Session,
      run: (call) => run(call, call.param('id')),
    });
  const onSteer = <B>(
    verb: string,
    summary: string,
    body: z.ZodType<B>,
    run: (call: Call<undefined, B>, id: string, steer: string) => Outcome<SteerView>,
  ): void =>
    addEndpoint<undefined, B, SteerView>(app, {
      method: 'post',
      path: `/api/sessions/:id/steers/:steer/${verb}`,
      tag: 'control',
      summary,
      body,
      response: Steer,
      run: (call) => run(call, call.param('id'), call.param('steer')),
    });

  addEndpoint(app, {
    method: 'post',
    path: '/api/sessions/:id/message',
    tag: 'control',
    summary: 'Tell the agent something; `now` interrupts its turn',
    body: z.object({ text, now: z.boolean().default(false) }),
    response: Steer,
    run: ({ actor, param, body, key }) =>
      commands.send(actor, param('id'), {
        text: body.text,
        files: [],
        now: body.now,
        source: null,
        key,
      }),
  });

  onSteer('edit', 'Change a queued message', z.object({ text }), ({ actor, body }, id, steer) =>
    commands.editSteer(actor, id, steer, body.text),
  );
  onSteer('remove', 'Take a queued message back', nothing, ({ actor }, id, steer) =>
    commands.removeSteer(actor, id, steer),
  );
  onSteer('retry', 'Try a failed message again', nothing, ({ actor }, id, steer) =>
    commands.retrySteer(actor, id, steer),
  );
  onSteer('now', 'Send a queued message at once', nothing, ({ actor }, id, steer) =>
    commands.sendSteerNow(actor, id, steer),
  );

  const Answer = z
    .object({ request: z.string().nullish(), option: z.string().nullish(), text: optionalText })
    .refine((body) => (body.option != null) !== (body.text != null), {
      message: 'give an option or a text',
    });
  onSession('answer', 'Answer a question or permission request', Answer, ({ actor, body }, id) =>
    commands.answer(actor, id, body.request ?? null, {
      option: body.option ?? null,
      text: body.text ?? null,
    }),
  );
  onSession(
    'interrupt',
    'Stop the turn, and say something else',
    z.object({ text: optionalText }),
    ({ actor, body }, id) => commands.interrupt(actor, id, body.text ?? null),
  );
  onSession(
    'stop',
    'End the turn and hold everything automatic until somebody replies or resumes',
    nothing,
    ({ actor }, id) => commands.stop(actor, id),
  );
  onSession(
    'kill',
    'End the session; a snapshot is kept',
    z.object({ reason: optionalText }),
    ({ actor, body }, id) => commands.kill(actor, id, body.reason ?? null),
  );
  onSession(
    'pause',
    'Nothing is sent to the agent until resume',
    z.object({ reason: optionalText }),
    ({ actor, body }, id) => commands.pause(actor, id, body.reason ?? null),
  );
  onSession('undo', 'Take the last kill, done or clean-up back', nothing, ({ actor }, id) =>
    commands.undo(actor, id),
  );
  onSession('resume', 'Go on', nothing, ({ actor }, id) => commands.resume(actor, id));
  onSession('done', 'Finish without a merge', nothing, ({ actor }, id) => commands.done(actor, id));
  onSession('rerun', 'Run the failed checks again', nothing, ({ actor }, id) =>
    commands.rerun(actor, id),
  );
  onSession(
    'restore',
    'Bring an ended session back',
    z.object({ message: optionalText }),
    ({ actor, body }, id) => commands.restore(actor, id, body.message ?? null),
  );

  const Merge = z.object({
    sha: z.string().nullish(),
    base: z.string().max(300).nullish(),
    method: z.enum(['squash', 'merge', 'rebase']).nullish(),
  });
  onSession(
    'merge',
    'Merge through the gate and the policy; `sha` and `base` pin the head and the base branch that were seen',
    Merge,
    ({ actor, body }, id) =>
      commands.merge(actor, id, {
        sha: body.sha ?? null,
        base: body.base ?? null,
        method: body.method ?? null,
      }),
  );

  const Review = z.object({
    decision: z.enum(['approve', 'request_changes', 'comment']),
    text: z.string().max(100_000).default(''),
    file: z.string().nullish(),
    line: z.int().min(1).nullish(),
    sha: z.string().nullish(),
    base: z.string().max(300).nullish(),
  });
  onSession('review', 'Review on the local scm', Review, ({ actor, body, key }, id) =>
    commands.review(actor, id, {
      decision: body.decision,
      text: body.text,
      file: body.file ?? null,
      line: body.line ?? null,
      sha: body.sha ?? null,
      base: body.base ?? null,
      key,
    }),
  );

  onSession(
    'comment',
    'Reply in a review thread at the forge',
    z.object({ thread: z.string().min(1).max(200), text }),
    ({ actor, body, key }, id) =>
      commands.replyThread(actor, id, { thread: body.thread, text: body.text, key }),
  );
  onSession(
    'resolve',
    'Resolve a review thread at the forge, or `all`',
    z.object({ thread: z.string().min(1).max(200) }),
    ({ actor, body }, id) => commands.resolveThread(actor, id, body.thread),
  );

  onSession(
    'ack',
    'Take care of an escalation',
    z.object({ key: z.string().nullish() }),
    ({ actor, body }, id) => commands.acknowledge(actor, id, body.key ?? null),
  );
  onSession(
    'snooze',
    'Ask again later',
    z.object({ key: z.string().nullish(), minutes: z.int().min(1).max(10_080).default(30) }),
    ({ actor, body }, id) => commands.snooze(actor, id, body.key ?? null, body.minutes),
  );
  onSession(
    'reaction',
    'Do what a reaction offered, or try it again',
    z.object({ key: z.string() }),
    ({ actor, body }, id) => commands.runReaction(actor, id, body.key),
  );
  const Handoff = z.union([
    z.object({
      agent: z.string().min(1).max(100),
      model: z.string().max(200).nullish(),
      words: z.string().max(100_000).nullish(),
    }),
    z.object({
      to: z.object({
        subject: z.string().max(200).regex(PERSON, 'expected a stable id such as slack:T024:U0G9'),
        name: z.string().min(1).max(100),
      }),
    }),
  ]);
  onSession(
    'handoff',
    'Let another agent go on in the same worktree, or make another person the owner: escalations go to them',
    Handoff,
    ({ actor, body }, id) =>
      'agent' in body
        ? commands.changeAgent(actor, id, {
            agent: body.agent,
            model: body.model ?? null,
            words: body.words ?? null,
          })
        : commands.handOver(actor, id, {
            subject: subject(body.to.subject),
            name: body.to.name,
            via: 'http',
          }),
  );
  onSession(
    'mute',
    'Post only what needs a person',
    z.object({ muted: z.boolean().default(true) }),
    ({ actor, body }, id) => commands.mute(actor, id, body.muted),
  );
}

/** What agents call from inside their session. */
export function addAgentRoutes(app: Api, deps: HttpDeps): void {
  const { commands } = deps;
  const tag = 'agents';

  addEndpoint(app, {
    method: 'post',
    path: '/api/sessions/:id/pr',
    tag,
    summary: "Open the session's pull request",
    body: z.object({
      title: z.string().min(1).max(1000),
      body: z.string().max(100_000).default(''),
      draft: z.boolean().default(false),
      base: z.string().nullish(),
    }),
    response: Session,
    run: ({ actor, param, body }) =>
      commands.createPullRequest(actor, param('id'), {
        title: body.title,
        body: body.body,
        draft: body.draft,
        base: body.base ?? null,
      }),
  });

  addEndpoint(app, {
    method: 'post',
    path: '/api/sessions/:id/report',
    tag,
    summary: 'Say how it goes',
    body: z.object({
      state: z.enum(['working', 'blocked', 'needs_input', 'done']),
      note: z.string().max(10_000).default(''),
    }),
    response: Session,
    run: ({ actor, param, body }) => commands.report(actor, param('id'), body),
  });

  addEndpoint(app, {
    method: 'post',
    path: '/api/sessions/:id/gh',
    tag,
    summary:
      'What the gh on the PATH of the agent asks and tells: its reads are counted and not repeated, and what a rule forbids is not sent',
    body: GhBody,
    response: GhReply,
    run: ({ actor, param, body }) => commands.gh(actor, param('id'), body),
  });

  addEndpoint(app, {
    method: 'post',
    path: '/api/sessions/:id/hook',
    tag,
    summary: "An agent's own hook, in the agent's own format",
    body: z.unknown(),
    response: z.unknown(),
    run: async ({ actor, principal, param, body }) => {
      if (!('session' in principal))
        return err({
          code: 'AO_ACCESS_DENIED',
          message: 'Only the agent of the session may call its hook.',
        });
      const found = commands.session(actor, param('id'));
      return found.ok ? deps.agentHook(found.value.id, body) : found;
    },
  });
}
