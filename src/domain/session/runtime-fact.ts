import type { Millis } from './time.ts';

export type RuntimeState = 'starting' | 'alive' | 'exited' | 'gone' | 'unknown';

export interface RuntimeFact {
  readonly state: RuntimeState;
  /** Exit code of the agent's own process; only with `exited`. Null when it died by a signal. */
  readonly exitCode: number | null;
  /** A sentence where the runtime knows more of the end than the code: the memory was used up, say. */
  readonly why?: string;
  readonly pid: number | null;
  /** Opaque handle of the runtime plugin, e.g. a tmux pane. */
  readonly handle: string | null;
  readonly at: Millis;
}
