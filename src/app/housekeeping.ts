import { pruneInbound } from '../db/inbound-store.ts';
import { pruneInbox } from '../db/inbox-store.ts';
import { kvStore, pruneSpawnKeys } from '../db/kv-store.ts';
import type { Db } from '../db/open.ts';
import { pruneOutbox, type Shortened, shortenTimelines } from '../db/retention.ts';
import type { Clock } from '../lib/clock.ts';
import { whenWritable } from '../lifecycle/when-writable.ts';

const DAY = 86_400_000;
/** A platform delivers again within hours. */
const DELIVERIES_KEPT = 7 * DAY;
const DRAFTS_KEPT = 30 * DAY;
/** Whoever repeats a request does so within minutes; a schedule or a label within its interval. */
const REQUESTS_KEPT = 30 * DAY;
const EVERY = 6 * 3_600_000;
/** Timelines and effects that are looked after at once, and how soon the next ones are, ms. */
const TIMELINES_AT_ONCE = 50;
const EFFECTS_AT_ONCE = 2_000;
const SOON = 1_000;
const NOTHING_YET: Shortened = { at: 0, id: '' };

export interface HousekeepingParts {
  readonly db: Db;
  readonly clock: Clock;
  /** How long the timeline and the effects of a session are kept after its end, ms. */
  readonly retention: () => { readonly events: number; readonly effects: number };
}

/** Forgets what is only kept for a while, at start and from then on: a bot that is never restarted must not grow for ever. */
export function createHousekeeping({ db, clock, retention }: HousekeepingParts): {
  start(): void;
  stop(): void;
} {
  let timer: { cancel(): void } | null = null;
  let soon: { cancel(): void } | null = null;
  let stopped = true;
  const clean = (): void => {
    pruneInbound(db, clock.now() - DELIVERIES_KEPT);
    pruneInbox(db, clock.now() - DELIVERIES_KEPT);
    pruneSpawnKeys(db, clock.now() - REQUESTS_KEPT);
    const drafts = kvStore(db, 'drafts');
    for (const [id, draft] of drafts.list(''))
      if (keptSince(draft) < clock.now() - DRAFTS_KEPT) drafts.delete(id);
  };
  const marks = kvStore(db, 'housekeeping');
  /** Of sessions that are over. Nobody waits for it, and everybody for the database: so it is done bit by bit. */
  const forget = (): void => {
    const kept = retention();
    const more = db.transaction(() => {
      const after = (marks.get('timelines') as Shortened | undefined) ?? NOTHING_YET;
      const last = shortenTimelines(db, after, clock.now() - kept.events, TIMELINES_AT_ONCE);
      if (last !== null) marks.set('timelines', last);
      const gone = pruneOutbox(db, clock.now() - kept.effects, EFFECTS_AT_ONCE);
      return last !== null || gone === EFFECTS_AT_ONCE;
    });
    if (more) soon = clock.after(SOON, () => whenWritable(clock, () => stopped, forget));
  };
  const round = (): void => {
    soon?.cancel();
    whenWritable(clock, () => stopped, clean);
    whenWritable(clock, () => stopped, forget);
    timer = clock.after(EVERY, round);
  };
  return {
    start() {
      stopped = false;
      round();
    },
    stop() {
      stopped = true;
      timer?.cancel();
      soon?.cancel();
    },
  };
}

/** Drafts of earlier versions have no time. */
const keptSince = (draft: unknown): number => {
  const { at } = (draft ?? {}) as { readonly at?: unknown };
  return typeof at === 'number' ? at : 0;
};
