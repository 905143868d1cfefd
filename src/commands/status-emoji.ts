import type { Status } from '../domain/session/statuses.ts';

/** One emoji per status, the same everywhere. */
export const STATUS_EMOJI = {
  queued: '⏳',
  spawning: '🌱',
  working: '🔨',
  idle: '💤',
  needs_input: '✋',
  stuck: '🧊',
  limited: '🌙',
  paused: '⏸',
  pr_open: '📬',
  ci_failed: '🔴',
  review_pending: '👀',
  changes_requested: '📝',
  approved: '👍',
  mergeable: '🟢',
  merge_failed: '🟠',
  merged: '🟣',
  cleanup: '🟣',
  done: '✅',
  killed: '⛔',
  errored: '💥',
  terminated: '🔌',
} as const satisfies Record<Status, string>;
