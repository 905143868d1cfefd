import { z } from 'zod';
import type { Refusal } from '../../domain/session/decision.ts';
import type { PullRequestFact } from '../../domain/session/facts.ts';
import { shortSha } from '../../domain/session/pr.ts';
import type { Snapshot } from '../../domain/session/session.ts';
import { err } from '../../lib/result.ts';
import { readApprover } from '../approver.ts';
import { openPullRequest } from '../open-pull-request.ts';
import { type CommandParts, decideFor } from '../parts.ts';
import { Session } from '../schemas/session-schema.ts';
import { ofSession, post, type SessionCall } from '../use-case.ts';

/** Does what a reaction offered, or tries it again. */
export const runReaction = ofSession({
  name: 'runReaction',
  when: 'later',
  verb: ({ parts, snapshot }, key: string, _seen?: Seen) =>
    merges(parts, snapshot, key) ? 'merge' : 'steer',
  agents: 'nobody',
  action: 'run_reaction',
  detail: (key: string, _seen?: Seen) => key,
  http: post({
    path: '/api/sessions/:id/reaction',
    tag: 'control',
    summary: 'Do what a reaction offered, or try it again',
    body: z.object({
      key: z.string(),
      sha: z.string().nullish(),
      base: z.string().max(300).nullish(),
    }),
    response: Session,
    args: ({ body }) => [body.key, { sha: body.sha ?? null, base: body.base ?? null }],
  }),
  async run({ parts, actor, snapshot }: SessionCall, key: string, seen?: Seen) {
    const { id } = snapshot.session;
    if (!merges(parts, snapshot, key))
      return decideFor(parts, actor, id, { type: 'run_reaction', key });
    const open = openPullRequest(snapshot);
    if (!open.ok) return open;
    const pr = open.value;
    const { headSha, base } = pr;
    if ((seen?.sha ?? headSha) !== headSha || (seen?.base ?? base) !== base)
      return err(wasForOther(seen, pr));
    const approver = await readApprover(parts, actor, snapshot, pr);
    if (!approver.ok) return approver;
    return decideFor(parts, actor, id, {
      type: 'run_reaction',
      key,
      approver: approver.value,
      pinned: { sha: headSha, base },
    });
  },
});

/** Head and base that the person saw; null: as things are now. Looked at only where the reaction merges. */
interface Seen {
  readonly sha: string | null;
  readonly base: string | null;
}

function wasForOther(seen: Seen | undefined, pr: PullRequestFact): Refusal {
  const was = seen?.sha ? ` for ${shortSha(seen.sha)}` : ' for an earlier state';
  return {
    code: 'AO_STALE',
    message: `Not merged: this was${was}, and #${pr.number} is ${shortSha(pr.headSha)} into ${pr.base} now. Look at it, then press Approve & merge.`,
  };
}

/** A reaction that merges needs the right to merge, whatever button it hides behind. */
const merges = (parts: CommandParts, snapshot: Snapshot | null, key: string): boolean =>
  snapshot !== null &&
  (key === 'approved-and-green' ||
    key === 'merge-failed' ||
    parts.policyOf(snapshot.session.project).reactions[key]?.action === 'merge');
