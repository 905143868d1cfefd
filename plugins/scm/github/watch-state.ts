import type { Clock } from '../../../src/lib/clock.ts';
import type { ConflictingFiles } from '../../shared/forge/conflicts.ts';
import type { GitHubClient } from '../../shared/github/client.ts';
import type { Book } from './book.ts';
import type { Entry } from './entry.ts';
import type { Heads } from './heads.ts';
import type { Reader } from './reader.ts';
import type { RequiredChecks } from './required-checks.ts';
import type { Authors } from './review-comments.ts';
import { misses, wantsList } from './signs.ts';

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

/** A webhook within this time: deliveries work, polling only reconciles. */
const WEBHOOKS_LIVE = 900_000;

/** Checks may still register this long after a push. */
const SETTLE = 120_000;

export interface WatchState {
  readonly parts: WatchParts;
  readonly clock: WatchParts['clock'];
  readonly client: WatchParts['client'];
  readonly book: WatchParts['book'];
  readonly heads: WatchParts['heads'];
  readonly reader: WatchParts['reader'];
  readonly dirty: Set<number>;
  readonly dirtyBranches: Set<string>;
  /** Branches looked up once; after that the list of recently changed ones tells of new pull requests. */
  readonly searched: Set<string>;
  readonly unknownAsked: Map<number, { readonly times: number; readonly at: number }>;
  /** When the roll-up of running checks was asked last, and whose checks moved since without its being asked. */
  readonly askedAt: Map<number, number>;
  readonly late: Set<number>;
  reconciledAt: number;
  movedAt: number;
  /** When deliveries of each kind came last: a webhook that was made for some events only says nothing of the others. */
  readonly heardAt: { checks: number; pulls: number };
  pulsed: boolean;
}

export const isOpen = (entry: Entry): boolean => entry.core.state === 'OPEN';

export function isRunning(watch: WatchState, entry: Entry): boolean {
  const { core, headAt } = entry;
  const state = core.statusCheckRollup?.state;
  return (
    state === 'PENDING' ||
    state === 'EXPECTED' ||
    core.isInMergeQueue ||
    misses(entry) ||
    (state === undefined && watch.clock.now() - headAt < SETTLE)
  );
}

/** Red already, and others still run: the list grows. */
export const isHalfRed = (entry: Entry): boolean =>
  wantsList(entry.core) &&
  entry.checks?.list.some((check) => check.status !== 'completed') === true;

export const mergeUnknown = ({ core }: Entry): boolean =>
  core.mergeable === 'UNKNOWN' || core.mergeStateStatus === 'UNKNOWN';

/** Long ago, where the clock was set back since: looking once too often is better than not for hours. */
export const since = (watch: WatchState, at: number): number =>
  at > watch.clock.now() ? Number.POSITIVE_INFINITY : watch.clock.now() - at;

export const isLive = (watch: WatchState, kind: keyof WatchState['heardAt']): boolean =>
  since(watch, watch.heardAt[kind]) < WEBHOOKS_LIVE;

export const webhooksLive = (watch: WatchState): boolean =>
  isLive(watch, 'checks') && isLive(watch, 'pulls');
