import type { ScmQuota } from '../slots/scm.ts';
import { asking, type CommandParts } from './parts.ts';
import type { QuotaAccountView, QuotaAgentView, QuotaView } from './view/quota.ts';

/** Who used what of the forges' limits. Projects on one account are one row. Asks nothing that costs: plugins tell what answers told them. */
export async function quotaView(
  parts: CommandParts,
  agents: readonly QuotaAgentView[],
): Promise<QuotaView> {
  const asked = await Promise.all(
    parts.plugins.projects().map(async (project) => ({
      project: project.id,
      answer: await asking('the scm', () => parts.plugins.scm(project.id).quota()),
    })),
  );
  const accounts = new Map<string, QuotaAccountView>();
  for (const { project, answer } of asked) {
    if (!answer.ok || answer.value === null) continue;
    const account = answer.value.account ?? project;
    const known = accounts.get(account);
    accounts.set(
      account,
      known === undefined
        ? accountView(account, project, answer.value)
        : { ...known, projects: [...known.projects, project] },
    );
  }
  return {
    accounts: [...accounts.values()],
    agents: agents.toSorted((a, b) => b.reads + b.writes - (a.reads + a.writes)),
    unknown: asked.flatMap(({ project, answer }) =>
      answer.ok ? [] : [{ project, reason: answer.error.message }],
    ),
  };
}

function accountView(account: string, project: string, quota: ScmQuota): QuotaAccountView {
  const limits = quota.limits ?? { all: { ...quota, remaining: quota.limit - quota.used } };
  return {
    account,
    projects: [project],
    limits: Object.entries(limits).map(([name, { used, limit, remaining, resetAt }]) => ({
      name,
      used,
      limit,
      remaining,
      resetAt,
    })),
    bot: Object.entries(quota.by ?? {})
      .map(([purpose, { requests, points, unchanged }]) => ({
        purpose,
        requests,
        points,
        unchanged,
      }))
      .toSorted((a, b) => b.points - a.points),
    pace: quota.pace ?? { state: 'normal', factor: 1, until: null },
    peak: quota.peak ?? (quota.limit === 0 ? 0 : quota.used / quota.limit),
  };
}
