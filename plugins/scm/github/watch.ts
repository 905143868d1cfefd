import type { PullRequestFact } from '../../../src/domain/session/facts.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import type { ScmWatchTarget } from '../../../src/slots/scm.ts';
import type { ConflictingFiles } from '../../shared/forge/conflicts.ts';
import type { Purpose } from '../../shared/forge-http/governor.ts';
import type { GitHubClient } from '../../shared/github/client.ts';
import type { Book } from './book.ts';
import type { Entry } from './entry.ts';
import type { Heads } from './heads.ts';
import { numberOfKey } from './key.ts';
import { talkOf } from './pr-fact.ts';
import type { Reader } from './reader.ts';
import type { RequiredChecks } from './required-checks.ts';
import { type Authors, reviewComments } from './review-comments.ts';
import { type Core, combinedStatusSchema, type Full, pulseSchema, suitesSchema } from './schema.ts';
import { coreOf, isRed, KIND, mayHaveTurned, mayMiss, misses, wantsList } from './signs.ts';

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

export interface WatchParts {
  readonly client: GitHubClient;
  readonly reader: Reader;
  readonly book: Book;
  readonly clock: Clock;
  readonly authors: () => Promise<Authors>;
  readonly conflictingFiles: ConflictingFiles;
  readonly heads: Heads;
  readonly required: RequiredChecks;
  readonly pollMs: number;
}

/** Up to so many running ones are asked by conditional requests, which are free while nothing changes; more are cheaper in one query. */
const FEW = 15;
const PULSE_PAGE = 50;
/** How often everything is read again, whatever the cheap signs say: when the base moves or a thread is resolved, no sign tells. */
const RECONCILE = 120_000;
const RECONCILE_QUIET = 600_000;
/** A webhook within this time: deliveries work, polling only reconciles. */
const WEBHOOKS_LIVE = 900_000;
/** Checks may still register this long after a push. */
const SETTLE = 120_000;
/** A failed check may be seen so much later while others of its suite run: less than the ladder waits for them to settle. */
const EARLY_FAILURE = 30_000;
/** Polling while only people can move anything. */
const CALM = 3;

export function createWatch(parts: WatchParts): Watch {
  const { client, reader, book, clock, heads } = parts;
  const dirty = new Set<number>();
  const dirtyBranches = new Set<string>();
  /** Branches looked up once; after that the list of recently changed ones tells of new pull requests. */
  const searched = new Set<string>();
  const unknownAsked = new Map<number, { readonly times: number; readonly at: number }>();
  /** When the roll-up of running checks was asked last, and whose checks moved since without its being asked. */
  const askedAt = new Map<number, number>();
  const late = new Set<number>();
  let reconciledAt = 0;
  let movedAt = 0;
  /** When deliveries of each kind came last: a webhook that was made for some events only says nothing of the others. */
  const heardAt = { checks: Number.NEGATIVE_INFINITY, pulls: Number.NEGATIVE_INFINITY };
  let pulsed = false;

  const isOpen = (entry: Entry): boolean => entry.core.state === 'OPEN';
  const isRunning = (entry: Entry): boolean => {
    const { core, headAt } = entry;
    const state = core.statusCheckRollup?.state;
    return (
      state === 'PENDING' ||
      state === 'EXPECTED' ||
      core.isInMergeQueue ||
      misses(entry) ||
      (state === undefined && clock.now() - headAt < SETTLE)
    );
  };
  /** Red already, and others still run: the list grows. */
  const isHalfRed = (entry: Entry): boolean =>
    wantsList(entry.core) &&
    entry.checks?.list.some((check) => check.status !== 'completed') === true;
  const mergeUnknown = ({ core }: Entry): boolean =>
    core.mergeable === 'UNKNOWN' || core.mergeStateStatus === 'UNKNOWN';
  /** Long ago, where the clock was set back since: looking once too often is better than not for hours. */
  const since = (at: number): number =>
    at > clock.now() ? Number.POSITIVE_INFINITY : clock.now() - at;
  const isLive = (kind: keyof typeof heardAt): boolean => since(heardAt[kind]) < WEBHOOKS_LIVE;
  const webhooksLive = (): boolean => isLive('checks') && isLive('pulls');

  /** The list of recently changed pull requests, with its ETag: free while nothing moves. */
  const pulse = async (branches: ReadonlySet<string>): Promise<void> => {
    const { changed, data } = await client.conditional<unknown>(
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
    if (!changed && pulsed) return;
    pulsed = true;
    const seen = pulseSchema.parse(data);
    for (const item of seen) {
      const known = book.get(item.number)?.core;
      if (known === undefined) {
        if (
          item.head.repo !== null &&
          heads.isOurName(item.head.repo.full_name) &&
          branches.has(item.head.ref)
        )
          dirty.add(item.number);
      } else if (
        known.updatedAt !== item.updated_at ||
        known.headRefOid !== item.head.sha ||
        (known.state === 'OPEN') !== (item.state === 'open')
      )
        dirty.add(item.number);
    }
    // More changed than the list holds: it may hide one of ours.
    const oldest = seen.at(-1)?.updated_at ?? 0;
    if (seen.length === PULSE_PAGE && oldest > reconciledAt) reconciledAt = 0;
  };

  const search = async (branches: readonly string[]): Promise<void> => {
    if (branches.length === 0) return;
    for (const core of await reader.byBranch(branches)) if (heads.isOurs(core)) takeCore(core);
    for (const branch of branches) {
      searched.add(branch);
      dirtyBranches.delete(branch);
    }
  };

  /** A cheap look; what else is needed of it is read in the same round. */
  const takeCore = (core: Core): void => {
    const before = book.get(core.number);
    const entry = book.put(core);
    if (before === undefined || JSON.stringify(before.core) !== JSON.stringify(core))
      movedAt = clock.now();
    if (isHalfRed(entry)) dirty.add(core.number);
    if (
      entry.talk === null ||
      before?.core.updatedAt !== core.updatedAt ||
      needsChecks(entry) ||
      needsConflicts(entry) ||
      misses(before) ||
      (mayMiss(core) && entry.missing === null)
    )
      dirty.add(core.number);
  };

  const needsChecks = (entry: Entry): boolean =>
    isOpen(entry) && wantsList(entry.core) && entry.checks === null;
  const needsConflicts = (entry: Entry): boolean =>
    isOpen(entry) && entry.core.mergeable === 'CONFLICTING' && entry.conflicts.length === 0;

  /** Open ones whose state may change without a sign in the list. */
  const askRunning = async (): Promise<void> => {
    const open = [...book.all()].filter((entry) => isOpen(entry) && !dirty.has(entry.core.number));
    const unknown = open.filter((entry) => mergeUnknown(entry) && unknownDue(entry.core.number));
    const running = isLive('checks')
      ? []
      : open.filter((entry) => (isRunning(entry) || isHalfRed(entry)) && !unknown.includes(entry));
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
        (await askChecks(entry)) ? [entry] : [],
      ),
    );
    inQuery.push(...turned.flat());
    for (const entry of unknown)
      unknownAsked.set(entry.core.number, {
        times: (unknownAsked.get(entry.core.number)?.times ?? 0) + 1,
        at: clock.now(),
      });
    // Until the answer is here what moved is not forgotten: the conditional requests won't tell it twice.
    for (const entry of turned.flat()) late.add(entry.core.number);
    if (inQuery.length > 0)
      for (const core of await reader.core(inQuery.map((entry) => entry.core.number)))
        takeCore(core);
    for (const { core } of turned.flat()) {
      late.delete(core.number);
      askedAt.set(core.number, clock.now());
    }
    for (const { core } of book.all())
      if (!(core.mergeable === 'UNKNOWN' || core.mergeStateStatus === 'UNKNOWN'))
        unknownAsked.delete(core.number);
  };

  const unknownWait = (number: number): number =>
    Math.min(60_000, 2_000 * 2 ** (unknownAsked.get(number)?.times ?? 0));
  const unknownDue = (number: number): boolean =>
    since(unknownAsked.get(number)?.at ?? 0) >= unknownWait(number) || !unknownAsked.has(number);

  /** Suites and combined status are two short answers, whatever the number of checks. */
  const askChecks = async ({ core }: Entry): Promise<boolean> => {
    const what = `checks of pull request #${core.number}`;
    const ref = core.headRefOid;
    const [suites, status] = await Promise.all([
      client.conditional<unknown>(
        'poll',
        what,
        'GET /repos/{owner}/{repo}/commits/{ref}/check-suites',
        { ref, per_page: 100 },
      ),
      client.conditional<unknown>('poll', what, 'GET /repos/{owner}/{repo}/commits/{ref}/status', {
        ref,
        per_page: 1,
      }),
    ]).catch((error: unknown) => {
      // The other of the two may have told a change.
      late.add(core.number);
      throw error;
    });
    if (!suites.changed && !status.changed && !late.has(core.number)) return false;
    const turned = mayHaveTurned(
      core,
      suitesSchema.parse(suites.data),
      combinedStatusSchema.parse(status.data),
    );
    // A first failure among running checks shows in no suite yet; it may be seen this much later.
    if (!turned && since(askedAt.get(core.number) ?? 0) < EARLY_FAILURE) {
      late.add(core.number);
      return false;
    }
    return true;
  };

  const readDirty = async (): Promise<void> => {
    const numbers = [...dirty];
    dirty.clear();
    if (numbers.length === 0) return;
    try {
      for (const full of await reader.full(numbers, 'poll')) await takeFull(full, 'poll');
      movedAt = clock.now();
    } catch (error) {
      for (const number of numbers) dirty.add(number);
      throw error;
    }
  };

  const takeFull = async (full: Full, purpose: Purpose): Promise<Entry> => {
    const talk = talkOf(full, await reviewComments(full, await parts.authors()));
    const core = coreOf(full);
    const open = core.state === 'OPEN';
    // One by one only where the roll-up doesn't tell enough.
    const checks =
      open && wantsList(core)
        ? { checks: (await reader.contexts(core.number, purpose)).checks }
        : {};
    const conflicts =
      open && core.mergeable === 'CONFLICTING' ? { conflicts: await conflictingFiles(core) } : {};
    const missing = mayMiss(core) ? { missing: await parts.required.missing(core, purpose) } : {};
    return book.put(core, { talk, ...checks, ...conflicts, ...missing });
  };

  const conflictingFiles = (core: Core): Promise<readonly string[]> => {
    const { remote, ref } = heads.refOf(core);
    return parts.conflictingFiles({
      base: { sha: core.baseRefOid, ref: `refs/heads/${core.baseRefName}` },
      head: { sha: core.headRefOid, ref },
      remote,
    });
  };

  const reconcile = async (targets: readonly ScmWatchTarget[]): Promise<void> => {
    const quiet = webhooksLive() || since(movedAt) > RECONCILE;
    if (since(reconciledAt) < (quiet ? RECONCILE_QUIET : RECONCILE)) return;
    const began = clock.now();
    // The list of recently changed ones isn't asked while webhooks work; one of them may have been lost.
    if (isLive('pulls')) for (const { branch } of targets) dirtyBranches.add(branch);
    const open = [...book.all()].filter(isOpen).map((entry) => entry.core.number);
    for (const core of open.length === 0 ? [] : await reader.core(open)) takeCore(core);
    reconciledAt = began;
  };

  return {
    async look(targets) {
      await heads.refresh();
      const branches = new Set(targets.map((target) => target.branch));
      const named = new Set(
        targets
          .flatMap((target) => target.prs.map(numberOfKey))
          .filter((number) => number !== null),
      );
      book.keep(
        new Set([
          ...named,
          ...[...book.all()]
            .filter((entry) => branches.has(entry.core.headRefName))
            .map((entry) => entry.core.number),
        ]),
      );
      for (const known of [askedAt, late])
        for (const number of known.keys()) if (book.get(number) === undefined) known.delete(number);
      if (targets.length === 0) return [];
      for (const number of named) if (book.get(number) === undefined) dirty.add(number);
      if (!isLive('pulls')) await pulse(branches);
      await reconcile(targets);
      await search(
        [...branches].filter((branch) => !searched.has(branch) || dirtyBranches.has(branch)),
      );
      dirtyBranches.clear();
      await askRunning();
      await readDirty();
      return targets.flatMap((target) => factsOf(target));
    },
    async read(number, purpose) {
      await heads.refresh();
      const [full] = await reader.full([number], purpose);
      return full === undefined ? null : takeFull(full, purpose);
    },
    heard(event) {
      const kind = KIND[event];
      if (kind !== undefined) heardAt[kind] = clock.now();
    },
    touch({ numbers = [], branch = null, sha = null, base = null }) {
      for (const number of numbers) if (book.get(number) !== undefined) dirty.add(number);
      if (branch !== null) dirtyBranches.add(branch);
      for (const { core } of book.all()) {
        if (sha !== null && core.headRefOid === sha) dirty.add(core.number);
        if (core.state === 'OPEN' && (core.headRefName === branch || core.baseRefName === base))
          dirty.add(core.number);
      }
    },
    nextLook() {
      const open = [...book.all()].filter(isOpen);
      const unknown = open.filter(mergeUnknown).map((entry) => unknownWait(entry.core.number));
      const active =
        open.length === 0 || open.some((entry) => isRunning(entry) || isRed(entry.core));
      const calm = webhooksLive()
        ? Math.max(60_000, parts.pollMs)
        : active
          ? parts.pollMs
          : parts.pollMs * CALM;
      return client.governor.stretch(Math.min(calm, ...unknown));
    },
  };

  function factsOf(
    target: ScmWatchTarget,
  ): ReadonlyArray<{ session: string; fact: PullRequestFact }> {
    const named = new Set(target.prs.map(numberOfKey));
    const found = [...book.all()].filter(
      ({ core }) =>
        named.has(core.number) ||
        (core.headRefName === target.branch &&
          heads.isOurs(core) &&
          core.createdAt >= Math.floor(target.since / 1_000) * 1_000),
    );
    return found.flatMap(({ core }) => {
      book.confirm(core.number);
      const fact = book.fact(core.number);
      // The number alone never identifies: a key of another head repository is somebody else's.
      return fact === null || (named.has(core.number) && !target.prs.includes(fact.key))
        ? []
        : [{ session: target.session, fact }];
    });
  }
}
