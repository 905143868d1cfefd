import { z } from 'zod';
import type { Refusal } from '../../domain/session/decision.ts';
import { err, ok, type Result } from '../../lib/result.ts';
import type { Project } from '../../lifecycle/plugins.ts';
import { chooseProject } from '../choose-project.ts';
import { asking, type CommandParts } from '../parts.ts';
import type { IssuesRequest, Outcome } from '../requests.ts';
import { IssueSchema } from '../schemas/view-schemas.ts';
import { type Call, get, readOfAll } from '../use-case.ts';
import type { IssueView } from '../views.ts';

/** Issues of one project's tracker, or of every project's; one tracker that fails fails the whole answer. */
export const issues = readOfAll({
  name: 'issues',
  when: 'later',
  agents: 'nobody',
  http: get({
    path: '/api/issues',
    tag: 'team',
    summary: 'Issues of the trackers',
    query: z.object({
      project: z.string().optional(),
      text: z.string().optional(),
      state: z.enum(['open', 'closed', 'all']).default('open'),
    }),
    response: z.array(IssueSchema),
    args: ({ query }) => [
      { project: query.project ?? null, text: query.text ?? null, state: query.state },
    ],
  }),
  run: (call: Call, request: IssuesRequest) => listed(call, request),
});

async function listed({ parts }: Call, request: IssuesRequest): Outcome<readonly IssueView[]> {
  const wanted = projectsOf(parts, request.project);
  if (!wanted.ok) return wanted;
  const lists = await Promise.all(
    wanted.value.map((project) => ofProject(parts, project, request)),
  );
  const failed = lists.find((list) => !list.ok);
  if (failed !== undefined && !failed.ok) return err(failed.error);
  return ok(lists.flatMap((list) => (list.ok ? list.value : [])));
}

function projectsOf(
  parts: CommandParts,
  project: string | null,
): Result<readonly Project[], Refusal> {
  if (project === null) return ok(parts.plugins.projects());
  const chosen = chooseProject(parts, { project, channel: null });
  return chosen.ok ? ok([chosen.value]) : chosen;
}

async function ofProject(
  parts: CommandParts,
  project: Project,
  { state, text }: IssuesRequest,
): Outcome<readonly IssueView[]> {
  const read = await asking('the tracker', () =>
    parts.plugins
      .tracker(project.id)
      .list({ state, limit: 100, ...(text === null ? {} : { text }) }),
  );
  if (!read.ok) return read;
  return ok(
    read.value.map((issue) => ({
      project: project.id,
      id: issue.id,
      title: issue.title,
      state: issue.state,
      labels: issue.labels,
      assignee: issue.assignee,
      url: issue.url,
      session: sessionOn(parts, project.id, issue.id),
    })),
  );
}

const sessionOn = ({ dispatch }: CommandParts, project: string, issue: string): string | null =>
  dispatch
    .live()
    .find(
      ({ session }) =>
        session.project === project &&
        session.task.type === 'issue' &&
        session.task.issue === issue,
    )?.session.id ?? null;
