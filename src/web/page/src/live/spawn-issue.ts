import { issueName } from '../../../../domain/text/issue-name.ts';
import type { IssueView, Spawned } from '../../../../http/contract.ts';
import { exclusive, openSession, toast } from './actions.ts';
import type { Model } from './model.ts';

/** Of what is pending while a session is started on the issue. */
export const spawnKey = (issue: IssueView): string => `spawn/${issue.project}/${issue.id}`;

/** Starts a session on an issue and opens it; asks when another one is on it, unless `again`. */
export const spawnIssue = (model: Model, issue: IssueView, again: boolean): Promise<boolean> =>
  exclusive(model, spawnKey(issue), () => spawn(model, issue, again));

async function spawn(model: Model, issue: IssueView, again: boolean): Promise<void> {
  const body = {
    project: issue.project,
    channel: null,
    issues: [issue.id],
    text: null,
    agent: null,
    model: null,
    base: null,
    prompt: null,
    plan: false,
    again,
  };
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
