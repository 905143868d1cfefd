import type { ModelUsage } from '../../../../src/domain/session/facts.ts';
import { untold } from '../../../../src/lib/guarded/problem.ts';
import { appendJsonLine, readJsonLines } from '../../../../src/lib/jsonl-tail.ts';
import { fingerprint } from '../../program/message-text.ts';
import { type ProgramEvent, programEventOf } from '../../program/protocol.ts';

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
  const tell = (event: Input): void => appendJsonLine(path, { ...event, at: Date.now() });
  return {
    tell,
    accepted: (text) => tell({ type: 'accepted', sha256: fingerprint(text), text }),
    formerUsage() {
      const events = readJsonLines(path, 0, untold).entries.map(programEventOf);
      const last = events.findLast((event) => event?.type === 'usage');
      return last?.type === 'usage' ? last.models : [];
    },
  };
}
