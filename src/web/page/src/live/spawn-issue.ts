import { issueName } from '../../../../domain/text/issue-name.ts';
import type { IssueView, Spawned } from '../../../../http/contract.ts';
import { exclusive, openSession, toast } from './actions.ts';
import type { Model } from './model.ts';

/** Of what is pending while a session is started on the issue. */
export const spawnKey = (issue: IssueView): string => `spawn/${issue.project}/${issue.id}`;

/** Starts a session on an issue and opens it; asks when another one is on it, unless `again`. */
export const spawnIssue = (model: Model, issue: IssueView, again: boolean): Promise<boolean> =>
  exclusive(model, spawnKey(issue), () => spawn(model, issue, again));

/** The project's own agent, model and base; the issue is the task. */
const NOTHING_SAID = {
  channel: null,
  text: null,
  agent: null,
  model: null,
  base: null,
  prompt: null,
  plan: false,
} as const;

async function spawn(model: Model, issue: IssueView, again: boolean): Promise<void> {
  const body = { ...NOTHING_SAID, project: issue.project, issues: [issue.id], again };
  const [made] = await model.api.post<Spawned[]>('sessions', body);
  if (made?.session) return openSession(model, made.session.id);
  if (made?.refusal?.code === 'AO_ISSUE_TAKEN') {
    model.dialog.value = {
      type: 'confirm',
      title: `Issue ${issueName(issue.id)} is taken`,
      text: made.refusal.message,
      ok: 'Spawn another',
      danger: false,
      run: () => void spawnIssue(model, issue, true),
    };
    return;
  }
  toast(model, made?.refusal?.message ?? 'No session was started.');
}

/** Starts a session on each of them, and says of which none was started and why. Answers those that have one now. */
export async function spawnIssues(
  model: Model,
  issues: readonly IssueView[],
): Promise<readonly IssueView[]> {
  const started: IssueView[] = [];
  for (const [project, wanted] of Map.groupBy(issues, (issue) => issue.project))
    await exclusive(model, `spawn/${project}`, async () => {
      const made = await model.api.post<Spawned[]>('sessions', {
        ...NOTHING_SAID,
        project,
        issues: wanted.map((issue) => issue.id),
        again: false,
      });
      const refused = wanted.flatMap((issue, at) => {
        if (made[at]?.session) started.push(issue);
        return made[at]?.session
          ? []
          : [`${issueName(issue.id)}: ${made[at]?.refusal?.message ?? 'No session was started.'}`];
      });
      if (refused.length > 0) toast(model, refused.join(' '));
    });
  return started;
}
