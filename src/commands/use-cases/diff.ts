import { z } from 'zod';
import { diffOf } from '../diff.ts';
import { get, readOfSession, type SessionCall } from '../use-case.ts';

/** Of the head of its open pull request; of the checkout where there is none. */
export const diff = readOfSession({
  name: 'diff',
  when: 'later',
  agents: 'own and started',
  http: get({
    path: '/api/sessions/:id/diff',
    tag: 'sessions',
    summary: 'What the head of the open pull request changes; of the checkout where there is none',
    response: z
      .object({
        stat: z.string(),
        patch: z.string(),
        additions: z.int(),
        deletions: z.int(),
        files: z.int(),
        head: z.object({ number: z.int(), sha: z.string(), base: z.string() }).nullable(),
        worktree: z
          .object({ headSha: z.string().nullable(), files: z.array(z.string()) })
          .nullable(),
      })
      .meta({ id: 'Diff' }),
    args: () => [],
  }),
  run: ({ parts, snapshot }: SessionCall) => diffOf(parts, snapshot),
});
