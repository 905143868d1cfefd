import type { ReviewDecision } from '../session/facts.ts';

const WORDS: Readonly<Record<ReviewDecision, string>> = {
  none: 'none yet',
  required: 'needed',
  approved: 'approved',
  changes_requested: 'changes requested',
};

/** How a review stands, after `review:`. */
export const decisionWords = (decision: ReviewDecision): string => WORDS[decision];
