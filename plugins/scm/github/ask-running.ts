import type { Entry } from './entry.ts';
import { combinedStatusSchema, suitesSchema } from './schema.ts';
import { mayHaveTurned } from './signs.ts';
import { takeCore } from './take-in.ts';
import {
  isHalfRed,
  isLive,
  isOpen,
  isRunning,
  mergeUnknown,
  since,
  type WatchState,
} from './watch-state.ts';

/** Up to so many running ones are asked by conditional requests, which are free while nothing changes; more are cheaper in one query. */
const FEW = 15;

/** A failed check may be seen so much later while others of its suite run: less than the ladder waits for them to settle. */
const EARLY_FAILURE = 30_000;

/** Open ones whose state may change without a sign in the list. */
export async function askRunning(watch: WatchState): Promise<void> {
  const open = [...watch.book.all()].filter(
    (entry) => isOpen(entry) && !watch.dirty.has(entry.core.number),
  );
  const unknown = open.filter(
    (entry) => mergeUnknown(entry) && unknownDue(watch, entry.core.number),
  );
  const running = isLive(watch, 'checks')
    ? []
    : open.filter(
        (entry) => (isRunning(watch, entry) || isHalfRed(entry)) && !unknown.includes(entry),
      );
  const queued = running.filter((entry) => entry.core.isInMergeQueue);
  const others = running.filter((entry) => !entry.core.isInMergeQueue);
  const many = others.length > FEW;
  const inQuery = [
    ...unknown,
    ...queued,
    ...(many ? others.filter((entry) => !isHalfRed(entry)) : []),
  ];
  const turned = await Promise.all(
    (many ? others.filter(isHalfRed) : others).map(async (entry) =>
      (await askChecks(watch, entry)) ? [entry] : [],
    ),
  );
  inQuery.push(...turned.flat());
  for (const entry of unknown)
    watch.unknownAsked.set(entry.core.number, {
      times: (watch.unknownAsked.get(entry.core.number)?.times ?? 0) + 1,
      at: watch.clock.now(),
    });
  // Until the answer is here what moved is not forgotten: the conditional requests won't tell it twice.
  for (const entry of turned.flat()) watch.late.add(entry.core.number);
  if (inQuery.length > 0)
    for (const core of await watch.reader.core(inQuery.map((entry) => entry.core.number)))
      takeCore(watch, core);
  for (const { core } of turned.flat()) {
    watch.late.delete(core.number);
    watch.askedAt.set(core.number, watch.clock.now());
  }
  for (const { core } of watch.book.all())
    if (!(core.mergeable === 'UNKNOWN' || core.mergeStateStatus === 'UNKNOWN'))
      watch.unknownAsked.delete(core.number);
}

export const unknownWait = (watch: WatchState, number: number): number =>
  Math.min(60_000, 2_000 * 2 ** (watch.unknownAsked.get(number)?.times ?? 0));

const unknownDue = (watch: WatchState, number: number): boolean =>
  since(watch, watch.unknownAsked.get(number)?.at ?? 0) >= unknownWait(watch, number) ||
  !watch.unknownAsked.has(number);

/** Suites and combined status are two short answers, whatever the number of checks. */
async function askChecks(watch: WatchState, { core }: Entry): Promise<boolean> {
  const what = `checks of pull request #${core.number}`;
  const ref = core.headRefOid;
  const [suites, status] = await Promise.all([
    watch.client.conditional<unknown>(
      'poll',
      what,
      'GET /repos/{owner}/{repo}/commits/{ref}/check-suites',
      { ref, per_page: 100 },
    ),
    watch.client.conditional<unknown>(
      'poll',
      what,
      'GET /repos/{owner}/{repo}/commits/{ref}/status',
      {
        ref,
        per_page: 1,
      },
    ),
  ]).catch((error: unknown) => {
    // The other of the two may have told a change.
    watch.late.add(core.number);
    throw error;
  });
  if (!suites.changed && !status.changed && !watch.late.has(core.number)) return false;
  const turned = mayHaveTurned(
    core,
    suitesSchema.parse(suites.data),
    combinedStatusSchema.parse(status.data),
  );
  // A first failure among running checks shows in no suite yet; it may be seen this much later.
  if (!turned && since(watch, watch.askedAt.get(core.number) ?? 0) < EARLY_FAILURE) {
    watch.late.add(core.number);
    return false;
  }
  return true;
}
