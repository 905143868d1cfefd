import type {
  ChangeRequest,
  Check,
  ReviewComment,
  ReviewDecision,
} from '../../../src/domain/session/facts.ts';
import type { Core } from './schema.ts';

/** What is known of one pull request; parts that are older than `core` are dropped by `Book.put`. */
export interface Entry {
  readonly core: Core;
  readonly talk: Talk | null;
  readonly checks: { readonly sha: string; readonly list: readonly Check[] } | null;
  readonly conflicts: readonly string[];
  /** Required checks of the head that have not reported; null: not looked at. */
  readonly missing: readonly string[] | null;
  readonly headAt: number;
  readonly firstFailureAt: number | null;
  readonly at: number;
}

/** What was read beyond the cheap part, of the pull request as it was at `updatedAt`. */
export interface Talk {
  readonly labels: readonly string[];
  readonly approvedBy: readonly string[];
  readonly decision: ReviewDecision;
  readonly requests: readonly ChangeRequest[];
  readonly comments: readonly ReviewComment[];
}
