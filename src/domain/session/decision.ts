import type { Effect } from './effect.ts';
import type { SessionEvent } from './event.ts';
import type { Snapshot } from './session.ts';

export interface Refusal {
  /** Permanent code, an anchor in docs/errors.md. */
  readonly code: string;
  /** What happened and why, and what to do; ready to be read by a person. */
  readonly message: string;
}

/** The whole result of one input. Saved in one transaction or not at all. */
export interface Decision {
  readonly snapshot: Snapshot;
  readonly events: readonly SessionEvent[];
  readonly effects: readonly Effect[];
  /** Pending effects of this session that are void now. */
  readonly cancel: readonly Effect['type'][];
  /** Only for commands: why nothing was done. */
  readonly refusal: Refusal | null;
}
