import type { Priority } from '../domain/session/policy.ts';
import type { DoctorFinding } from './context.ts';

/** All texts are plain, cleaned of secrets, and may still hold anything a person or an agent wrote: each channel escapes for itself. */
export interface Notification {
  readonly project: string;
  readonly session: string | null;
  /** One line: what it is about. */
  readonly title: string;
  /** What happened; complete by itself. */
  readonly text: string;
  /** What a person can do about it; null where there is nothing to do. */
  readonly next: string | null;
  /** The session's page. */
  readonly url: string | null;
  readonly pr: {
    readonly number: number;
    readonly title: string;
    readonly url: string | null;
  } | null;
}

/** A one-way channel. */
export interface NotifierPlugin {
  /**
   * `key` identifies the message: the same key twice is one message where the channel can tell. Must end within 10 s. Throws PluginError:
   * transient is tried again by the host, everything else is final.
   */
  notify(message: Notification, options: { priority: Priority; key: string }): Promise<void>;
  doctor(): Promise<readonly DoctorFinding[]>;
}
