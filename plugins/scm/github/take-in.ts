import type { Purpose } from '../../shared/forge-http/governor.ts';
import type { Entry } from './entry.ts';
import { talkOf } from './pr-fact.ts';
import { reviewComments } from './review-comments.ts';
import type { Core, Full } from './schema.ts';
import { coreOf, mayMiss, misses, wantsList } from './signs.ts';
import { isHalfRed, isOpen, type WatchState } from './watch-state.ts';

/** A cheap look; what else is needed of it is read in the same round. */
export function takeCore(watch: WatchState, core: Core): void {
  const before = watch.book.get(core.number);
  const entry = watch.book.put(core);
  if (before === undefined || JSON.stringify(before.core) !== JSON.stringify(core))
    watch.movedAt = watch.clock.now();
  if (isHalfRed(entry)) watch.dirty.add(core.number);
  if (
    entry.talk === null ||
    before?.core.updatedAt !== core.updatedAt ||
    needsChecks(entry) ||
    needsConflicts(entry) ||
    misses(before) ||
    (mayMiss(core) && entry.missing === null)
  )
    watch.dirty.add(core.number);
}

const needsChecks = (entry: Entry): boolean =>
  isOpen(entry) && wantsList(entry.core) && entry.checks === null;

const needsConflicts = (entry: Entry): boolean =>
  isOpen(entry) && entry.core.mergeable === 'CONFLICTING' && entry.conflicts.length === 0;

export async function readDirty(watch: WatchState): Promise<void> {
  const numbers = [...watch.dirty];
  watch.dirty.clear();
  if (numbers.length === 0) return;
  try {
    for (const full of await watch.reader.full(numbers, 'poll'))
      await takeFull(watch, full, 'poll');
    watch.movedAt = watch.clock.now();
  } catch (error) {
    for (const number of numbers) watch.dirty.add(number);
    throw error;
  }
}

export async function takeFull(watch: WatchState, full: Full, purpose: Purpose): Promise<Entry> {
  const talk = talkOf(full, await reviewComments(full, await watch.parts.authors()));
  const core = coreOf(full);
  const open = core.state === 'OPEN';
  // One by one only where the roll-up doesn't tell enough.
  const checks =
    open && wantsList(core)
      ? { checks: (await watch.reader.contexts(core.number, purpose)).checks }
      : {};
  const conflicts =
    open && core.mergeable === 'CONFLICTING'
      ? { conflicts: await conflictingFiles(watch, core) }
      : {};
  const missing = mayMiss(core)
    ? { missing: await watch.parts.required.missing(core, purpose) }
    : {};
  return watch.book.put(core, { talk, ...checks, ...conflicts, ...missing });
}

function conflictingFiles(watch: WatchState, core: Core): Promise<readonly string[]> {
  const { remote, ref } = watch.heads.refOf(core);
  return watch.parts.conflictingFiles({
    base: { sha: core.baseRefOid, ref: `refs/heads/${core.baseRefName}` },
    head: { sha: core.headRefOid, ref },
    remote,
  });
}
