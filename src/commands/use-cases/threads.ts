import { z } from 'zod';
import { type ReviewThread, reviewThreads } from '../../domain/merge/review-threads.ts';
import { shownPr } from '../../domain/session/pr.ts';
import { ok } from '../../lib/result.ts';
import { ThreadSchema } from '../schemas/view-schemas.ts';
import { get, readOfSession, type SessionCall } from '../use-case.ts';
import type { ThreadView } from '../view/review.ts';

/** Review threads of the pull request, resolved ones too, oldest first. */
export const threads = readOfSession({
  name: 'threads',
  when: 'now',
  agents: 'own',
  http: get({
    path: '/api/sessions/:id/threads',
    tag: 'sessions',
    summary: 'Review threads of the pull request, oldest first',
    response: z.array(ThreadSchema),
    args: () => [],
  }),
  run({ snapshot }: SessionCall) {
    const pr = shownPr(snapshot);
    return ok(pr === null ? [] : reviewThreads(pr).map(threadView));
  },
});

const threadView = ({ ref, id, file, line, resolved, comments }: ReviewThread): ThreadView => ({
  ref,
  id,
  file,
  line,
  resolved,
  comments: comments.map(({ author, own, body, at }) => ({ author, own, body, at })),
});
