import type { Check, PullRequestFact } from '../../../src/domain/session/facts.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import type { Entry, Talk } from './entry.ts';
import { type FactOptions, toFact } from './pr-fact.ts';
import type { Core } from './schema.ts';

export interface Book {
  get(number: number): Entry | undefined;
  all(): Iterable<Entry>;
  /** Takes what was just seen. What is not given stays as far as it is still of this commit. */
  put(
    core: Core,
    more?: {
      talk?: Talk;
      checks?: readonly Check[];
      conflicts?: readonly string[];
      missing?: readonly string[];
    },
  ): Entry;
  /** What is known was confirmed now. */
  confirm(number: number): void;
  keep(numbers: ReadonlySet<number>): void;
  fact(number: number): PullRequestFact | null;
}

/** `options`: see `toFact`. */
export function createBook(clock: Clock, options: (core: Core) => FactOptions): Book {
  const entries = new Map<number, Entry>();

  return {
    get: (number) => entries.get(number),
    all: () => entries.values(),
    put(core, more = {}) {
      const before = entries.get(core.number);
      const sameHead = before?.core.headRefOid === core.headRefOid;
      const sameRollup =
        sameHead && before.core.statusCheckRollup?.state === core.statusCheckRollup?.state;
      const sameMerge = sameHead && before.core.baseRefOid === core.baseRefOid;
      const failing =
        core.statusCheckRollup?.state === 'FAILURE' || core.statusCheckRollup?.state === 'ERROR';
      const now = clock.now();
      const entry: Entry = {
        core,
        talk: more.talk ?? before?.talk ?? null,
        checks:
          more.checks !== undefined
            ? { sha: core.headRefOid, list: more.checks }
            : sameRollup
              ? before.checks
              : null,
        missing: more.missing ?? (sameRollup && sameMerge ? before.missing : null),
        conflicts: more.conflicts ?? (sameMerge ? before.conflicts : []),
        headAt: sameHead ? before.headAt : now,
        firstFailureAt: failing ? ((sameHead ? before.firstFailureAt : null) ?? now) : null,
        at: now,
      };
      entries.set(core.number, entry);
      return entry;
    },
    confirm(number) {
      const entry = entries.get(number);
      if (entry !== undefined) entries.set(number, { ...entry, at: clock.now() });
    },
    keep(numbers) {
      for (const number of entries.keys()) if (!numbers.has(number)) entries.delete(number);
    },
    fact(number) {
      const entry = entries.get(number);
      if (entry === undefined) return null;
      const { checks, ...rest } = entry;
      return toFact(
        { ...rest, checks: checks?.sha === entry.core.headRefOid ? checks.list : null },
        options(entry.core),
      );
    },
  };
}
