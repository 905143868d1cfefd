import type { Priority } from '../domain/policy.ts';
import type { DoctorFinding } from './context.ts';

export interface Notification {
  readonly project: string;
  readonly session: string | null;
  readonly title: string;
  /** Plain text, complete by itself. */
  readonly text: string;
  readonly url: string | null;
}

/** A one-way channel. */
export interface NotifierPlugin {
  /** `key` identifies the message: the same key twice is one message where the channel can tell. Must end within 10 s. */
  notify(message: Notification, options: { priority: Priority; key: string }): Promise<void>;
  doctor(): Promise<readonly DoctorFinding[]>;
}
