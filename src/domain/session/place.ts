import type { RuntimeFact } from './facts.ts';

/** Where a session lives. Chosen when it is spawned; it stays there whatever the configuration says later. */
export interface SessionPlace {
  /** Name of the runtime, as in the configuration. */
  readonly runtime: string;
  /** Name of the workspace plugin, as in the configuration. */
  readonly workspace: string;
  /** Which engine the agent was started at, in the runtime's own words; null: no agent of the session can be alive. */
  readonly at: string | null;
}

/** An agent that was asked to start may be alive also when nobody has seen it yet. */
export const mayBeAlive = (fact: RuntimeFact | null): boolean =>
  fact !== null && fact.state !== 'exited' && fact.state !== 'gone';
