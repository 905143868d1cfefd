import type { Millis } from './time.ts';

export type TimerKind =
  | 'escalate'
  | 'acknowledge'
  | 'resend'
  | 'settle'
  | 'idle'
  | 'stuck'
  | 'merge-retry'
  | 'receipt'
  | 'limit-reset'
  | 'snooze'
  | 'report'
  | 'cooldown'
  | 'undo-expiry'
  | 'gate';

/**
 * A timer is a row with a due time, so a restart keeps it. Unique by (session, kind, key). It carries no meaning of its own:
 * when it is due the session is decided again, and every deadline is compared with `now`.
 */
export interface Timer {
  readonly kind: TimerKind;
  readonly key: string;
  readonly dueAt: Millis;
}
