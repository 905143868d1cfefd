import { type GateInput, readiness } from './readiness.ts';
import { waitSentence } from './readiness-words.ts';

export type { GateInput } from './readiness.ts';

/** What the merge still waits for, each a sentence; empty means the gate is open. Anything unknown keeps it shut. */
export const gate = (input: GateInput): readonly string[] =>
  readiness(input).waits.map(waitSentence);
