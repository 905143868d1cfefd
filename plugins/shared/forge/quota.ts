import type { ScmQuota } from '../../../src/slots/scm.ts';
import type { Governor } from '../forge-http/governor.ts';

/** What is known of an account's limits; null: the forge has told none. The one that is nearest to its end stands for all. */
export function quotaOf(governor: Governor, account: string): ScmQuota | null {
  const limits = governor.limits();
  const worst = Object.values(limits).toSorted(
    (a, b) => a.remaining / a.limit - b.remaining / b.limit,
  )[0];
  if (worst === undefined) return null;
  const { used, limit, resetAt } = worst;
  return {
    used,
    limit,
    resetAt,
    account,
    limits,
    by: governor.usage(),
    peak: governor.peak(),
    pace: governor.pace(),
  };
}
