import { ok } from '../../lib/result.ts';
import type { GhRequest } from '../agent-forge.ts';
import { agentsGh } from '../agents-gh.ts';
import { GhBody, GhReply } from '../schemas/gh-schemas.ts';
import { ofSession, post, type SessionCall } from '../use-case.ts';

/** Used by the `gh` on an agent's PATH. */
export const gh = ofSession({
  name: 'gh',
  when: 'later',
  verb: null,
  agents: 'own',
  action: 'gh',
  record: 'refusals',
  http: post({
    path: '/api/sessions/:id/gh',
    tag: 'agents',
    summary:
      'What the gh on the PATH of the agent asks and tells: its reads are counted and not repeated, and what a rule forbids is not sent',
    body: GhBody,
    response: GhReply,
    args: ({ body }) => [body],
  }),
  run: async ({ parts, actor, snapshot }: SessionCall, request: GhRequest) =>
    ok(agentsGh(parts, actor, snapshot, request)),
});
