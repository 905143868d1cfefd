import { z } from 'zod';
import type { Snapshot } from '../../domain/session/session.ts';
import { readApprover } from '../approver.ts';
import { openPullRequest } from '../open-pull-request.ts';
import { type CommandParts, decideFor } from '../parts.ts';
import { Session } from '../schemas/session-schema.ts';
import { ofSession, post, type SessionCall } from '../use-case.ts';

/** Does what a reaction offered, or tries it again. */
export const runReaction = ofSession({
  name: 'runReaction',
  when: 'later',
  verb: ({ parts, snapshot }, key) => (merges(parts, snapshot, key) ? 'merge' : 'steer'),
  agents: 'nobody',
  action: 'run_reaction',
  detail: (key) => key,
  http: post({
    path: '/api/sessions/:id/reaction',
    tag: 'control',
    summary: 'Do what a reaction offered, or try it again',
    body: z.object({ key: z.string() }),
    response: Session,
    args: ({ body }) => [body.key],
  }),
  async run({ parts, actor, snapshot }: SessionCall, key: string) {
    const { id } = snapshot.session;
    if (!merges(parts, snapshot, key))
      return decideFor(parts, actor, id, { type: 'run_reaction', key });
    const open = openPullRequest(snapshot);
    if (!open.ok) return open;
    const approver = await readApprover(parts, actor, snapshot, open.value);
    if (!approver.ok) return approver;
    return decideFor(parts, actor, id, { type: 'run_reaction', key, approver: approver.value });
  },
});

/** A reaction that merges needs the right to merge, whatever button it hides behind. */
const merges = (parts: CommandParts, snapshot: Snapshot | null, key: string): boolean =>
  snapshot !== null &&
  (key === 'approved-and-green' ||
    key === 'merge-failed' ||
    parts.policyOf(snapshot.session.project).reactions[key]?.action === 'merge');
