
/** Derived, never stored as truth. The first 18 are the field's names; the last three are ours. */
export const STATUSES = [
  'spawning', 'working', 'pr_open', 'ci_failed', 'review_pending', 'changes_requested', 'approved', 'mergeable', 'merge_failed',
  'merged', 'cleanup', 'needs_input', 'stuck', 'errored', 'killed', 'idle', 'done', 'terminated',
  'queued', 'limited', 'paused',
] as const;
export type Status = (typeof STATUSES)[number];

export type Turn = 'agent' | 'human' | 'ci' | 'nobody';
