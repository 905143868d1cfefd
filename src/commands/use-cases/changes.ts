import { z } from 'zod';
import { shownPr } from '../../domain/session/pr.ts';
import { ok } from '../../lib/result.ts';
import { asking, refusal } from '../parts.ts';
import { get, readOfSession, type SessionCall } from '../use-case.ts';

/** What came to the session's open pull request since the head `from`, which somebody looked at. */
export const changes = readOfSession({
  name: 'changes',
  when: 'later',
  agents: 'nobody',
  http: get({
    path: '/api/sessions/:id/changes',
    tag: 'sessions',
    summary: 'What came to the pull request since a head that somebody looked at, as a patch',
    query: z.object({ from: z.string().min(7).max(64) }),
    response: z
      .object({ from: z.string(), to: z.string(), patch: z.string() })
      .meta({ id: 'Changes' }),
    args: ({ query }) => [query.from],
  }),
  async run({ parts, snapshot }: SessionCall, from: string) {
    const { id, project } = snapshot.session;
    const pr = shownPr(snapshot);
    if (pr === null) return refusal('AO_NO_PULL_REQUEST', `${id} has no pull request.`);
    if (!/^[0-9a-f]{7,64}$/i.test(from))
      return refusal('AO_BAD_REQUEST', 'Say since which commit: its hash, at least 7 digits.');
    const scm = parts.plugins.scm(project);
    const { changes: changesOf } = scm;
    if (changesOf === undefined)
      return refusal(
        'AO_UNSUPPORTED',
        'ao can not compare two commits here; look at the whole diff.',
      );
    const patch = await asking('the scm', () => changesOf.call(scm, pr.key, from, pr.headSha));
    return patch.ok ? ok({ from, to: pr.headSha, patch: parts.redact(patch.value) }) : patch;
  },
});
