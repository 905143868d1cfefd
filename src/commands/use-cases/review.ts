import { z } from 'zod';
import type { Refusal } from '../../domain/session/decision.ts';
import type { PullRequestFact } from '../../domain/session/facts.ts';
import type { Snapshot } from '../../domain/session/session.ts';
import { err } from '../../lib/result.ts';
import { ownReview } from '../approver.ts';
import { baseMoved, openPullRequest } from '../open-pull-request.ts';
import { asking, decideFor, refusal, viewNow } from '../parts.ts';
import type { ReviewRequest } from '../requests.ts';
import { Session } from '../schemas/session-schema.ts';
import { ofSession, post, type SessionCall } from '../use-case.ts';

const Remark = z
  .object({
    file: z.string().min(1).max(4_000),
    line: z.int().min(1).nullish().meta({
      description: 'In the file at the head; left out for a line that the head does not have',
    }),
    hunk: z.string().max(20_000).nullish().meta({ description: 'The lines as they were seen' }),
    text: z.string().trim().min(1).max(20_000),
  })
  .meta({ id: 'LineRemark' });

/** Local scm: approve, ask for changes, or comment. */
export const review = ofSession({
  name: 'review',
  when: 'later',
  verb: (_, { decision }) => (decision === 'approve' ? 'merge' : 'steer'),
  agents: 'nobody',
  action: ({ decision }) => `review ${decision}`,
  http: post({
    path: '/api/sessions/:id/review',
    tag: 'control',
    summary: 'Review on the local scm',
    body: z.object({
      decision: z.enum(['approve', 'request_changes', 'comment']),
      text: z.string().max(100_000).default(''),
      file: z.string().nullish(),
      line: z.int().min(1).nullish(),
      sha: z.string().nullish(),
      base: z.string().max(300).nullish(),
      comments: z.array(Remark).max(200).default([]),
    }),
    response: Session,
    args: ({ body, key }) => [
      {
        decision: body.decision,
        text: body.text,
        file: body.file ?? null,
        line: body.line ?? null,
        sha: body.sha ?? null,
        base: body.base ?? null,
        comments: body.comments.map(({ line, hunk, ...remark }) => ({
          ...remark,
          line: line ?? null,
          hunk: hunk ?? null,
        })),
        key,
      },
    ],
  }),
  async run(call: SessionCall, request: ReviewRequest) {
    const { parts, actor, snapshot } = call;
    const { id, project } = snapshot.session;
    const open = openPullRequest(snapshot);
    if (!open.ok) return open;
    const pr = open.value;
    const refused = await whyNot(call, pr, request);
    if (refused !== null) return err(refused);
    const { decision, text, file, line, comments = [] } = request;
    const done = await asking('the scm', () =>
      parts.plugins.scm(project).review(pr.key, {
        decision,
        text,
        by: parts.plainActor(actor),
        file,
        line,
        comments,
        sha: pr.headSha,
        base: pr.base,
        key: request.key ?? parts.newId(),
      }),
    );
    if (!done.ok) return done;
    await parts.lookAtPullRequests(project);
    if (hasOpenEscalation(snapshot))
      decideFor(parts, actor, id, { type: 'acknowledge', key: null });
    return viewNow(parts, snapshot);
  },
});

async function whyNot(
  { parts, actor, snapshot }: SessionCall,
  pr: PullRequestFact,
  request: ReviewRequest,
): Promise<Refusal | null> {
  const { id, project } = snapshot.session;
  if (request.sha !== null && request.sha !== pr.headSha)
    return refusal(
      'AO_STALE',
      `${id} moved on: you looked at ${request.sha.slice(0, 7)}, the head is now ${pr.headSha.slice(0, 7)}. Look at the new diff first.`,
    ).error;
  const moved =
    baseMoved(snapshot, pr, request) ??
    (request.decision === 'approve' ? await ownReview(parts, actor, snapshot, pr) : null);
  if (moved !== null) return moved;
  const remarks = request.comments ?? [];
  if (request.decision === 'approve' && remarks.length > 0)
    return refusal(
      'AO_BAD_REQUEST',
      'Remarks on lines wait for an answer, so they do not go with an approval. Send them as a comment first, or request changes.',
    ).error;
  if (request.decision !== 'approve' && request.text.trim() === '' && remarks.length === 0)
    return refusal('AO_BAD_REQUEST', 'Say what should change.').error;
  return parts.plugins.scm(project).capabilities.review
    ? null
    : refusal('AO_UNSUPPORTED', 'Review this pull request where it lives; ao sees it there.').error;
}

const hasOpenEscalation = ({ episodes }: Snapshot): boolean =>
  episodes.some(
    (episode) => episode.open && episode.escalatedAt !== null && episode.acknowledgedBy === null,
  );
