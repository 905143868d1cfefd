import { z } from 'zod';
import { err } from '../../lib/result.ts';
import { readApprover } from '../approver.ts';
import { baseMoved, openPullRequest } from '../open-pull-request.ts';
import { decideFor } from '../parts.ts';
import type { MergeRequest } from '../requests.ts';
import { Session } from '../schemas/session-schema.ts';
import { ofSession, post, type SessionCall } from '../use-case.ts';

/** Through the gate and the policy. The approver is read between policy and decision; the decision looks at the head again. */
export const merge = ofSession({
  name: 'merge',
  when: 'later',
  verb: 'merge',
  agents: 'nobody',
  action: 'merge',
  http: post({
    path: '/api/sessions/:id/merge',
    tag: 'control',
    summary:
      'Merge through the gate and the policy; `sha` and `base` pin the head and the base branch that were seen',
    body: z.object({
      sha: z.string().nullish(),
      base: z.string().max(300).nullish(),
      method: z.enum(['squash', 'merge', 'rebase']).nullish(),
    }),
    response: Session,
    args: ({ body }) => [
      { sha: body.sha ?? null, base: body.base ?? null, method: body.method ?? null },
    ],
  }),
  async run({ parts, actor, snapshot }: SessionCall, request: MergeRequest) {
    const open = openPullRequest(snapshot);
    if (!open.ok) return open;
    const pr = open.value;
    const moved = baseMoved(snapshot, pr, request);
    if (moved !== null) return err(moved);
    const approver = await readApprover(parts, actor, snapshot, pr);
    if (!approver.ok) return approver;
    return decideFor(parts, actor, snapshot.session.id, {
      type: 'merge',
      pr: pr.key,
      sha: request.sha ?? pr.headSha,
      base: request.base ?? pr.base,
      method: request.method,
      approver: approver.value,
    });
  },
});
