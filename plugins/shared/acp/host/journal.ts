import { appendFileSync } from 'node:fs';
import type { ModelUsage } from '../../../../src/domain/facts.ts';
import { readJsonLines } from '../../../../src/lib/jsonl-tail.ts';
import { fingerprint } from '../../program/message-text.ts';
import { type ProgramEvent, parseProgramEvent } from '../../program/protocol.ts';

type Input = ProgramEvent extends infer E ? (E extends unknown ? Omit<E, 'at'> : never) : never;

/** The event file, from the program's side. */
export interface Journal {
  tell(event: Input): void;
  /** The agent has this message. */
  accepted(text: string): void;
  /** Totals an earlier launch told last. */
  formerUsage(): readonly ModelUsage[];
}

export function openJournal(path: string): Journal {
  const tell = (event: Input): void => appendFileSync(path, `${JSON.stringify({ ...event, at: Date.now() })}\n`, { mode: 0o600 });
  return {
    tell,
    accepted: (text) => tell({ type: 'accepted', sha256: fingerprint(text), text }),
    formerUsage() {
      const events = readJsonLines(path, 0).entries.map((entry) => parseProgramEvent(JSON.stringify(entry)));
      const last = events.findLast((event) => event?.type === 'usage');
      return last?.type === 'usage' ? last.models : [];
    },
  };
}
