import type { PullRequestFact } from '../../../src/domain/session/facts.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import type { ScmWatchTarget } from '../../../src/slots/scm.ts';
import type { Governor, Purpose } from '../../shared/forge-http/governor.ts';
import type { Book } from './book.ts';
import type { Complete } from './complete.ts';
import type { Heads } from './heads.ts';
import { numberOfKey } from './key.ts';
import { gatesOf } from './mergeability.ts';
import type { Entry } from './pr-fact.ts';
import type { Reader } from './reader.ts';

export interface Watch {
  /** Facts of all targets. */
  look(
    targets: readonly ScmWatchTarget[],
  ): Promise<ReadonlyArray<{ readonly session: string; readonly fact: PullRequestFact }>>;
  /** One merge request, read whole now. Null: there is none. */
  read(number: number, purpose: Purpose): Promise<Entry | null>;
  /** A delivery of that kind came: what it is about needs less polling for a while. */
  heard(kind: 'checks' | 'merge requests'): void;
  /** Milliseconds until the next look is worth something. */
  nextLook(): number;
}

export interface WatchParts {
  readonly reader: Reader;
  readonly book: Book;
  readonly heads: Heads;
  readonly complete: Complete;
  readonly clock: Clock;
  readonly governor: Governor;
  readonly pollMs: number;
}

/** How often notes and approvals are read again, whatever the cheap signs say: that a thread was resolved shows in none. */
const RECONCILE = 120_000;
const RECONCILE_QUIET = 600_000;
/** A delivery within this time: webhooks work. */
const WEBHOOKS_LIVE = 900_000;
/** A pipeline may still be made this long after a push. */
const SETTLE = 120_000;
/** Polling while only people can move anything, and while webhooks work. */
const CALM = 3;
const WITH_WEBHOOKS = 60_000;
const OVER: ReadonlySet<string> = new Set(['SUCCESS', 'FAILED', 'CANCELED', 'SKIPPED', 'MANUAL']);

const isOpen = ({ core }: Entry): boolean => core.state === 'opened' || core.state === 'locked';
const isUndecided = ({ core }: Entry): boolean => gatesOf(core).mergeability === 'unknown';

export function createWatch(parts: WatchParts): Watch {
  const { book, heads, complete, clock } = parts;
  const heardAt = new Map<string, number>();
  const asked = new Map<number, number>();
  let reconciledAt = Number.NEGATIVE_INFINITY;
  let movedAt = Number.NEGATIVE_INFINITY;

  const webhooksLive = (): boolean =>
    (['checks', 'merge requests'] as const).every(
      (kind) => since(clock, heardAt.get(kind) ?? Number.NEGATIVE_INFINITY) < WEBHOOKS_LIVE,
    );
  /** Everything that no sign tells is read again now and then. */
  const reconcile = (): void => {
    const quiet = webhooksLive() || since(clock, movedAt) > RECONCILE;
    if (since(clock, reconciledAt) < (quiet ? RECONCILE_QUIET : RECONCILE)) return;
    reconciledAt = clock.now();
    for (const entry of book.all()) if (isOpen(entry)) book.add(entry.core.iid, { review: null });
  };
  const countAsked = (): void => {
    for (const entry of book.all()) {
      const { iid } = entry.core;
      if (isOpen(entry) && isUndecided(entry)) asked.set(iid, (asked.get(iid) ?? 0) + 1);
      else asked.delete(iid);
    }
    for (const number of asked.keys()) if (book.get(number) === undefined) asked.delete(number);
  };

  return {
    async look(targets) {
      await heads.refresh();
      const named = namedBy(targets);
      forget(book, targets, named);
      if (targets.length === 0) return [];
      if (await lookAgain(parts, targets, named)) movedAt = clock.now();
      reconcile();
      await complete(
        [...book.all()].map(({ core }) => core.iid),
        'poll',
      );
      countAsked();
      return targets.flatMap((target) => factsOf(parts, target));
    },
    read: (number, purpose) => readOne(parts, number, purpose),
    heard(kind) {
      heardAt.set(kind, clock.now());
    },
    nextLook() {
      const waits = [...book.all()]
        .filter((entry) => isOpen(entry) && isUndecided(entry))
        .map(({ core }) => Math.min(60_000, 2_000 * 2 ** (asked.get(core.iid) ?? 0)));
      const calm = webhooksLive() ? Math.max(WITH_WEBHOOKS, parts.pollMs) : interval(parts);
      return parts.governor.stretch(Math.min(calm, ...waits));
    },
  };
}

/** Long ago, where the clock was set back since: looking once too often is better than not for hours. */
const since = (clock: Clock, at: number): number =>
  at > clock.now() ? Number.POSITIVE_INFINITY : clock.now() - at;

const namedBy = (targets: readonly ScmWatchTarget[]): ReadonlySet<number> =>
  new Set(
    targets.flatMap((target) => target.prs.map(numberOfKey)).filter((number) => number !== null),
  );

function forget(book: Book, targets: readonly ScmWatchTarget[], named: ReadonlySet<number>): void {
  const branches = new Set(targets.map((target) => target.branch));
  const kept = [...book.all()].filter(({ core }) => branches.has(core.sourceBranch));
  book.keep(new Set([...named, ...kept.map(({ core }) => core.iid)]));
}

/** One question for all of them; running jobs come along. Whether anything moved. */
async function lookAgain(
  { reader, book, heads, complete }: WatchParts,
  targets: readonly ScmWatchTarget[],
  named: ReadonlySet<number>,
): Promise<boolean> {
  const branches = new Set(targets.map((target) => target.branch));
  /** What the question by branches brings, and what never changes again. */
  const comes = (number: number): boolean => {
    const core = book.get(number)?.core;
    if (core === undefined) return false;
    return core.state === 'merged' || (branches.has(core.sourceBranch) && heads.isOurs(core));
  };
  const running = [...book.all()].filter(
    (entry) => isOpen(entry) && entry.core.headPipeline?.status === 'RUNNING',
  );
  const { cores, jobs } = await reader.read(
    {
      branches: [...branches],
      numbers: [...named].filter((number) => !comes(number)),
      jobs: running.map(({ core }) => core.iid),
    },
    'poll',
  );
  let moved = false;
  for (const core of cores.filter((one) => named.has(one.iid) || heads.isOurs(one))) {
    moved ||= JSON.stringify(book.get(core.iid)?.core) !== JSON.stringify(core);
    book.put(core);
  }
  await complete.takeJobs(jobs);
  return moved;
}

async function readOne(
  { reader, book, heads, complete }: WatchParts,
  number: number,
  purpose: Purpose,
): Promise<Entry | null> {
  await heads.refresh();
  const { cores } = await reader.read({ numbers: [number] }, purpose);
  const core = cores.find((one) => one.iid === number);
  if (core === undefined) return null;
  book.put(core);
  book.add(number, { review: null });
  await complete([number], purpose);
  return book.get(number) ?? null;
}

function interval({ book, clock, pollMs }: WatchParts): number {
  const isRunning = ({ core, headAt }: Entry): boolean =>
    core.headPipeline == null
      ? since(clock, headAt) < SETTLE
      : !OVER.has(core.headPipeline.status) || gatesOf(core).mergeability === 'queued';
  const open = [...book.all()].filter(isOpen);
  return open.length === 0 || open.some(isRunning) ? pollMs : pollMs * CALM;
}

function factsOf(
  { book, heads }: WatchParts,
  target: ScmWatchTarget,
): ReadonlyArray<{ session: string; fact: PullRequestFact }> {
  const named = new Set(target.prs.map(numberOfKey));
  return [...book.all()].flatMap(({ core }) => {
    const byBranch =
      core.sourceBranch === target.branch && heads.isOurs(core) && core.createdAt >= target.since;
    if (!named.has(core.iid) && !byBranch) return [];
    const fact = book.fact(core.iid);
    // The number alone never identifies: a key of another head project is somebody else's.
    return fact === null || (named.has(core.iid) && !target.prs.includes(fact.key))
      ? []
      : [{ session: target.session, fact }];
  });
}
