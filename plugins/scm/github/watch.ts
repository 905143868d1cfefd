import type { PullRequestFact } from '../../../src/domain/session/facts.ts';
import type { ScmWatchTarget } from '../../../src/slots/scm.ts';
import type { Purpose } from '../../shared/forge-http/governor.ts';
import { askRunning, unknownWait } from './ask-running.ts';
import type { Entry } from './entry.ts';
import { numberOfKey } from './key.ts';
import { pulseSchema } from './schema.ts';
import { isRed, KIND } from './signs.ts';
import { readDirty, takeCore, takeFull } from './take-in.ts';
import {
  isLive,
  isOpen,
  isRunning,
  mergeUnknown,
  since,
  type WatchParts,
  type WatchState,
  webhooksLive,
} from './watch-state.ts';

export interface Watch {
  /** Facts of all targets. Asks only for what may have changed since the last look. */
  look(
    targets: readonly ScmWatchTarget[],
  ): Promise<ReadonlyArray<{ readonly session: string; readonly fact: PullRequestFact }>>;
  /** One pull request, read whole now. Null: there is none. */
  read(number: number, purpose: Purpose): Promise<Entry | null>;
  /** A delivery came, about whatever: what it is about needs no polling for a while. */
  heard(event: string): void;
  /** A webhook said that these changed: read at the next look. */
  touch(what: {
    readonly numbers?: readonly number[];
    readonly branch?: string | null;
    readonly sha?: string | null;
    readonly base?: string | null;
  }): void;
  /** Milliseconds until the next look is worth something. */
  nextLook(): number;
}

const PULSE_PAGE = 50;

/** How often everything is read again, whatever the cheap signs say: when the base moves or a thread is resolved, no sign tells. */
const RECONCILE = 120_000;

const RECONCILE_QUIET = 600_000;

/** Polling while only people can move anything. */
const CALM = 3;

export function createWatch(parts: WatchParts): Watch {
  const { client, reader, book, clock, heads } = parts;
  const watch: WatchState = {
    parts,
    clock,
    client,
    book,
    heads,
    reader,
    dirty: new Set<number>(),
    dirtyBranches: new Set<string>(),
    searched: new Set<string>(),
    unknownAsked: new Map<number, { readonly times: number; readonly at: number }>(),
    askedAt: new Map<number, number>(),
    late: new Set<number>(),
    reconciledAt: 0,
    movedAt: 0,
    heardAt: { checks: Number.NEGATIVE_INFINITY, pulls: Number.NEGATIVE_INFINITY },
    pulsed: false,
  };
  return {
    look: (targets) => look(watch, targets),
    read: (number, purpose) => read(watch, number, purpose),
    heard: (event) => heard(watch, event),
    touch: (what) => touch(watch, what),
    nextLook: () => nextLook(watch),
  };
}

/** The list of recently changed pull requests, with its ETag: free while nothing moves. */
async function pulse(watch: WatchState, branches: ReadonlySet<string>): Promise<void> {
  const { changed, data } = await watch.client.conditional<unknown>(
    'poll',
    'recently changed pull requests',
    'GET /repos/{owner}/{repo}/pulls',
    {
      state: 'all',
      sort: 'updated',
      direction: 'desc',
      per_page: PULSE_PAGE,
    },
  );
  if (!changed && watch.pulsed) return;
  watch.pulsed = true;
  const seen = pulseSchema.parse(data);
  for (const item of seen) {
    const known = watch.book.get(item.number)?.core;
    if (known === undefined) {
      if (
        item.head.repo !== null &&
        watch.heads.isOurName(item.head.repo.full_name) &&
        branches.has(item.head.ref)
      )
        watch.dirty.add(item.number);
    } else if (
      known.updatedAt !== item.updated_at ||
      known.headRefOid !== item.head.sha ||
      (known.state === 'OPEN') !== (item.state === 'open')
    )
      watch.dirty.add(item.number);
  }
  // More changed than the list holds: it may hide one of ours.
  const oldest = seen.at(-1)?.updated_at ?? 0;
  if (seen.length === PULSE_PAGE && oldest > watch.reconciledAt) watch.reconciledAt = 0;
}

async function search(watch: WatchState, branches: readonly string[]): Promise<void> {
  if (branches.length === 0) return;
  for (const core of await watch.reader.byBranch(branches))
    if (watch.heads.isOurs(core)) takeCore(watch, core);
  for (const branch of branches) {
    watch.searched.add(branch);
    watch.dirtyBranches.delete(branch);
  }
}

async function reconcile(watch: WatchState, targets: readonly ScmWatchTarget[]): Promise<void> {
  const quiet = webhooksLive(watch) || since(watch, watch.movedAt) > RECONCILE;
  if (since(watch, watch.reconciledAt) < (quiet ? RECONCILE_QUIET : RECONCILE)) return;
  const began = watch.clock.now();
  // The list of recently changed ones isn't asked while webhooks work; one of them may have been lost.
  if (isLive(watch, 'pulls')) for (const { branch } of targets) watch.dirtyBranches.add(branch);
  const open = [...watch.book.all()].filter(isOpen).map((entry) => entry.core.number);
  for (const core of open.length === 0 ? [] : await watch.reader.core(open)) takeCore(watch, core);
  watch.reconciledAt = began;
}

function factsOf(
  watch: WatchState,
  target: ScmWatchTarget,
): ReadonlyArray<{ session: string; fact: PullRequestFact }> {
  const named = new Set(target.prs.map(numberOfKey));
  const found = [...watch.book.all()].filter(
    ({ core }) =>
      named.has(core.number) ||
      (core.headRefName === target.branch &&
        watch.heads.isOurs(core) &&
        core.createdAt >= Math.floor(target.since / 1_000) * 1_000),
  );
  return found.flatMap(({ core }) => {
    watch.book.confirm(core.number);
    const fact = watch.book.fact(core.number);
    // The number alone never identifies: a key of another head repository is somebody else's.
    return fact === null || (named.has(core.number) && !target.prs.includes(fact.key))
      ? []
      : [{ session: target.session, fact }];
  });
}

async function look(
  watch: WatchState,
  targets: readonly ScmWatchTarget[],
): Promise<ReadonlyArray<{ readonly session: string; readonly fact: PullRequestFact }>> {
  await watch.heads.refresh();
  const branches = new Set(targets.map((target) => target.branch));
  const named = new Set(
    targets.flatMap((target) => target.prs.map(numberOfKey)).filter((number) => number !== null),
  );
  watch.book.keep(
    new Set([
      ...named,
      ...[...watch.book.all()]
        .filter((entry) => branches.has(entry.core.headRefName))
        .map((entry) => entry.core.number),
    ]),
  );
  for (const known of [watch.askedAt, watch.late])
    for (const number of known.keys())
      if (watch.book.get(number) === undefined) known.delete(number);
  if (targets.length === 0) return [];
  for (const number of named) if (watch.book.get(number) === undefined) watch.dirty.add(number);
  if (!isLive(watch, 'pulls')) await pulse(watch, branches);
  await reconcile(watch, targets);
  await search(
    watch,
    [...branches].filter(
      (branch) => !watch.searched.has(branch) || watch.dirtyBranches.has(branch),
    ),
  );
  watch.dirtyBranches.clear();
  await askRunning(watch);
  await readDirty(watch);
  return targets.flatMap((target) => factsOf(watch, target));
}

async function read(watch: WatchState, number: number, purpose: Purpose): Promise<Entry | null> {
  await watch.heads.refresh();
  const [full] = await watch.reader.full([number], purpose);
  return full === undefined ? null : takeFull(watch, full, purpose);
}

function heard(watch: WatchState, event: string): void {
  const kind = KIND[event];
  if (kind !== undefined) watch.heardAt[kind] = watch.clock.now();
}

function touch(
  watch: WatchState,
  { numbers = [], branch = null, sha = null, base = null }: Parameters<Watch['touch']>[0],
): void {
  for (const number of numbers) if (watch.book.get(number) !== undefined) watch.dirty.add(number);
  if (branch !== null) watch.dirtyBranches.add(branch);
  for (const { core } of watch.book.all()) {
    if (sha !== null && core.headRefOid === sha) watch.dirty.add(core.number);
    if (core.state === 'OPEN' && (core.headRefName === branch || core.baseRefName === base))
      watch.dirty.add(core.number);
  }
}

function nextLook(watch: WatchState): number {
  const open = [...watch.book.all()].filter(isOpen);
  const unknown = open.filter(mergeUnknown).map((entry) => unknownWait(watch, entry.core.number));
  const active =
    open.length === 0 || open.some((entry) => isRunning(watch, entry) || isRed(entry.core));
  const calm = webhooksLive(watch)
    ? Math.max(60_000, watch.parts.pollMs)
    : active
      ? watch.parts.pollMs
      : watch.parts.pollMs * CALM;
  return watch.client.governor.stretch(Math.min(calm, ...unknown));
}
