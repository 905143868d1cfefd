import type { Draft } from '../decide/draft.ts';
import { allUsage } from '../money/usage.ts';
import { failingChecks, openPr } from '../session/pr.ts';
import { statusOf, turnOf } from '../session/status.ts';

/** What a configured condition may read; besides, `label` is each of the labels in turn. Plain values only. */
export function viewForConditions(
  draft: Draft,
): Readonly<Record<string, unknown>> & { readonly labels: readonly string[] } {
  const { session, facts } = draft.snapshot;
  const pr = openPr(draft.snapshot);
  const status = statusOf(draft.snapshot, draft.policy, draft.now);
  return {
    session: {
      id: session.id,
      project: session.project,
      agent: session.agent,
      model: session.model ?? '',
      role: session.role,
    },
    status,
    turn: turnOf(draft.snapshot, status, draft.policy, draft.now),
    labels: [...(pr?.labels ?? facts.issue?.labels ?? [])],
    pr:
      pr === null
        ? {}
        : {
            number: pr.number,
            draft: pr.draft,
            additions: pr.additions,
            deletions: pr.deletions,
            files: pr.changedFiles,
            mergeability: pr.mergeability,
          },
    checks:
      pr === null
        ? {}
        : { state: pr.checks.state, failing: failingChecks(pr.checks).map((check) => check.name) },
    review: pr === null ? {} : { decision: pr.review.decision },
    usd: allUsage(facts.usage).reduce((sum, model) => sum + (model.usd ?? 0), 0),
    minutes: session.startedAt === null ? 0 : Math.floor((draft.now - session.startedAt) / 60_000),
  };
}
