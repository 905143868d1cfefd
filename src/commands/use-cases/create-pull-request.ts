import { z } from 'zod';
import type { Snapshot } from '../../domain/session/session.ts';
import { err, ok } from '../../lib/result.ts';
import { isBranch } from '../names.ts';
import { onOtherBranch } from '../on-other-branch.ts';
import { asking, refusal, viewNow } from '../parts.ts';
import { Session } from '../schemas/session-schema.ts';
import { ofSession, post, type SessionCall } from '../use-case.ts';

interface Wanted {
  readonly title: string;
  readonly body: string;
  readonly draft: boolean;
  readonly base: string | null;
}

/** Opens the session's pull request; used by agents. */
export const createPullRequest = ofSession({
  name: 'createPullRequest',
  when: 'later',
  verb: 'steer',
  agents: 'own',
  action: 'create pull request',
  http: post({
    path: '/api/sessions/:id/pr',
    tag: 'agents',
    summary: "Open the session's pull request",
    body: z.object({
      title: z.string().min(1).max(1000),
      body: z.string().max(100_000).default(''),
      draft: z.boolean().default(false),
      base: z.string().nullish(),
    }),
    response: Session,
    args: ({ body: { title, body, draft, base } }) => [{ title, body, draft, base: base ?? null }],
  }),
  async run(call: SessionCall, request: Wanted) {
    const { parts, snapshot } = call;
    const { session } = snapshot;
    if (session.ended !== null) return refusal('AO_STATE', `${session.id} has ended.`);
    if (request.base !== null && !isBranch(request.base))
      return refusal(
        'AO_BAD_REQUEST',
        `${JSON.stringify(request.base.slice(0, 80))} isn't a branch.`,
      );
    if (!parts.plugins.scm(session.project).capabilities.create)
      return refusal(
        'AO_UNSUPPORTED',
        'This project uses a forge: push the branch and open the pull request there.',
      );
    return open(call, request);
  },
});

async function open({ parts, actor, snapshot }: SessionCall, request: Wanted) {
  const { session } = snapshot;
  const at =
    session.workspace?.state !== 'present'
      ? ok(null)
      : await asking('git', () =>
          parts.plugins.workspace(session).state(session.workspace?.path ?? '', session.base),
        );
  if (!at.ok) return at;
  const made = await asking('the scm', () =>
    parts.plugins.scm(session.project).create({
      session: session.id,
      head: at.value?.headSha ?? null,
      own: { prs: snapshot.prs.map((pr) => pr.key), since: session.createdAt },
      branch: session.branch,
      base: request.base ?? basedOn(snapshot),
      title: request.title,
      body: request.body,
      draft: request.draft,
      // People approve for one base: whose work it is can't have it moved under them.
      mayMove: actor.via !== 'agent',
    }),
  );
  if (!made.ok) return err(onOtherBranch(made.error, session.branch, at.value));
  parts.dispatch.input(session.id, {
    type: 'fact',
    fact: { type: 'pull_request', fact: made.value },
  });
  return viewNow(parts, snapshot);
}

/** The base of the open pull request of its branch, else where the session began. */
const basedOn = ({ session, prs }: Snapshot): string =>
  prs.find((pr) => pr.state === 'open' && pr.branch === session.branch)?.base ?? session.base;
