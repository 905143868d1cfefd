import { z } from 'zod';
import { sessionCounts } from '../../db/session-history.ts';
import { ok } from '../../lib/result.ts';
import { ProjectSchema } from '../schemas/view-schemas.ts';
import { type Call, get, readOfAll } from '../use-case.ts';

/** The projects ao works on, and how many sessions each has. */
export const projects = readOfAll({
  name: 'projects',
  when: 'now',
  agents: 'nobody',
  http: get({
    path: '/api/projects',
    tag: 'team',
    summary: 'Projects',
    response: z.array(ProjectSchema),
    args: () => [],
  }),
  run({ parts: { db, plugins, dispatch } }: Call) {
    const counts = sessionCounts(db);
    const live = dispatch.live();
    return ok(
      plugins.projects().map(({ id, name, repo, defaultBranch, agent }) => ({
        id,
        name,
        path: repo,
        defaultBranch,
        agent,
        sessions: counts.get(id) ?? 0,
        live: live.filter(({ session }) => session.project === id).length,
      })),
    );
  },
});
