import type { PullRequestFact } from '../../../src/domain/session/facts.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { type Entry, type FactOptions, toFact } from './pr-fact.ts';
import type { Core } from './schema.ts';

export interface Book {
  get(number: number): Entry | undefined;
  all(): Iterable<Entry>;
  /** Takes what was just seen. What was known besides stays as far as it is of the same state. */
  put(core: Core): Entry;
  /** What was read besides, of the merge request as it is in the book. */
  add(
    number: number,
    more: Partial<Omit<Entry, 'core' | 'headAt' | 'firstFailureAt' | 'at'>>,
  ): void;
  keep(numbers: ReadonlySet<number>): void;
  /** Null: nothing is known, or not enough to say anything true. */
  fact(number: number): PullRequestFact | null;
}

/** What a talk depends on: where it differs, notes, approvals and requests are read again. */
const talkSign = (core: Core): string =>
  JSON.stringify([
    core.updatedAt,
    core.diffHeadSha,
    core.targetBranch,
    core.approvedBy,
    core.approvalsLeft,
    core.reviewers,
    core.userNotesCount,
    core.resolvedDiscussionsCount,
  ]);

export const listSign = ({ headPipeline: pipeline }: Core): string =>
  JSON.stringify(pipeline == null ? null : [pipeline.id, pipeline.status, pipeline.updatedAt]);

const RED: ReadonlySet<string> = new Set(['FAILED', 'CANCELED', 'MANUAL']);

/** `options`: see `toFact`. */
export function createBook(clock: Clock, options: (core: Core) => FactOptions): Book {
  const entries = new Map<number, Entry>();
  return {
    get: (number) => entries.get(number),
    all: () => entries.values(),
    put(core) {
      const before = entries.get(core.iid);
      const sameHead = before !== undefined && before.core.diffHeadSha === core.diffHeadSha;
      const samePipeline = sameHead && before.core.headPipeline?.id === core.headPipeline?.id;
      const sameTalk = before !== undefined && talkSign(before.core) === talkSign(core);
      const now = clock.now();
      const red = RED.has(core.headPipeline?.status ?? '');
      const entry: Entry = {
        core,
        list: samePipeline ? before.list : null,
        checkedSha: samePipeline ? before.checkedSha : null,
        review: sameTalk ? before.review : null,
        comments: sameTalk ? before.comments : null,
        conflicts:
          sameHead && before.core.targetBranch === core.targetBranch ? before.conflicts : [],
        baseTip: sameHead ? before.baseTip : null,
        mergedAs: before?.mergedAs ?? null,
        headAt: sameHead ? before.headAt : now,
        firstFailureAt: red ? ((sameHead ? before.firstFailureAt : null) ?? now) : null,
        at: now,
      };
      entries.set(core.iid, entry);
      return entry;
    },
    add(number, more) {
      const entry = entries.get(number);
      if (entry !== undefined) entries.set(number, { ...entry, ...more });
    },
    keep(numbers) {
      for (const number of entries.keys()) if (!numbers.has(number)) entries.delete(number);
    },
    fact(number) {
      const entry = entries.get(number);
      if (entry === undefined) return null;
      // Without the talk it isn't known whether somebody asked for changes.
      const open = entry.core.state === 'opened' || entry.core.state === 'locked';
      return open && entry.review === null ? null : toFact(entry, options(entry.core));
    },
  };
}
