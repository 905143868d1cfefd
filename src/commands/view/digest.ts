import type { CostPart, CostSeries } from '../../domain/money/ledger.ts';
import type { EndCause } from '../../domain/session/session.ts';
import type { InboxItem } from '../views.ts';

export interface DigestSession {
  readonly session: string;
  /** Null: the session was deleted. */
  readonly project: string | null;
  readonly title: string;
  readonly pr: {
    readonly key: string;
    readonly number: number;
    readonly url: string | null;
  } | null;
  /** All it ever cost, as far as prices are known. */
  readonly usd: number;
}

/** What happened after `from`, until `to` (ms UTC); what waits and what was spent are those of its end. */
export interface DigestView {
  readonly from: number;
  readonly to: number;
  readonly timezone: string;
  /** Day of `to`. */
  readonly day: string;
  readonly merged: readonly DigestSession[];
  readonly opened: readonly DigestSession[];
  readonly failed: ReadonlyArray<
    DigestSession & { readonly cause: EndCause; readonly reason: string | null }
  >;
  readonly waiting: readonly InboxItem[];
  /** As in the cost view of the same days. */
  readonly cost: {
    readonly todayUsd: number | null;
    readonly yesterdayUsd: number | null;
    readonly monthUsd: number | null;
    /** Of all projects together; null unless each has one. */
    readonly monthBudgetUsd: number | null;
    /** What the sessions cost whose pull requests were merged, each as a whole. */
    readonly perMergedUsd: number | null;
    readonly byAgent: readonly CostPart[];
    readonly byProject: readonly CostPart[];
    readonly byModel: readonly CostPart[];
    readonly unpriced: readonly string[];
  };
  readonly ciRounds: number;
  readonly flakyReruns: number;
  readonly longestWait: { readonly session: string; readonly ms: number } | null;
  readonly quota: ReadonlyArray<{ readonly account: string; readonly peak: number }>;
  /** Money per day of the last 30 days, by agent. */
  readonly series: CostSeries;
  /** Nothing happened. */
  readonly quiet: boolean;
}

/** A digest with its own words, for a terminal or a mail. */
export type DigestReply = DigestView & { readonly text: string };
