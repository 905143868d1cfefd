import type { Clock } from '../../../src/lib/clock.ts';

/** Slack bears one message a second in a channel; a little more, because clocks and networks differ. ms */
const POST_EVERY = 1_050;
/** Methods of Slack's tier 3, about fifty a minute in the whole workspace. */
const TIER_3: ReadonlySet<string> = new Set([
  'chat.update',
  'conversations.history',
  'conversations.replies',
  'reactions.add',
  'reactions.remove',
]);
const BURST = 10;
const REFILL_EVERY = 1_500;
/** A turn nobody came back for is forgotten after this, ms. */
const FORGOTTEN = 60_000;

export interface Pace {
  /**
   * How long to wait before this call may be made, ms. Up to `patience` the caller waits and calls; above it the caller comes back
   * after that time, and a post with a `key` finds its turn kept.
   */
  turn(method: string, channel: string | null, key: string | null, patience: number): number;
}

/** Spaces calls as Slack wants them, so that it never has to refuse one: a refused call costs more than its turn. */
export function createPace(clock: Pick<Clock, 'now'>): Pace {
  /** When the bucket of a channel or method is full again, counting every turn that was given out. */
  const given = new Map<string, number>();
  /** The same, counting what was really posted: turns that were taken late must not come all at once. */
  const posted = new Map<string, number>();
  const kept = new Map<string, number>();

  /** The turn at `due` is taken, unless too much was posted just now; then it is kept until that is over. */
  const take = (channel: string, name: string | null, due: number, patience: number): number => {
    const now = clock.now();
    const full = posted.get(channel) ?? 0;
    const at = Math.max(now, due, full);
    if (at - now > patience) {
      if (name !== null) kept.set(name, at);
      return at - now;
    }
    if (name !== null) kept.delete(name);
    posted.set(channel, Math.max(at, full) + POST_EVERY);
    return at - now;
  };

  const posts = (channel: string, key: string | null, patience: number): number => {
    const now = clock.now();
    for (const [one, due] of kept) if (due + FORGOTTEN < now) kept.delete(one);
    const name = key === null ? null : `${channel} ${key}`;
    const mine = name === null ? undefined : kept.get(name);
    if (mine !== undefined) return take(channel, name, mine, patience);
    const due = Math.max(given.get(channel) ?? 0, now);
    // Without a key nobody could find the turn again.
    if (due - now <= patience || name !== null) given.set(channel, due + POST_EVERY);
    return take(channel, name, due, patience);
  };

  /** As a bucket that holds `BURST` and gets one more every so often. */
  const tier3 = (method: string, patience: number): number => {
    const now = clock.now();
    const full = Math.max(given.get(method) ?? 0, now);
    const wait = Math.max(0, full - now - (BURST - 1) * REFILL_EVERY);
    // One that is told to come back takes its turn then.
    if (wait <= patience) given.set(method, full + REFILL_EVERY);
    return wait;
  };

  return {
    turn(method, channel, key, patience) {
      if (method === 'chat.postMessage' && channel !== null) return posts(channel, key, patience);
      return TIER_3.has(method) ? tier3(method, patience) : 0;
    },
  };
}
