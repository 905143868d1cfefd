import type { Clock } from '../../../src/lib/clock.ts';
import { rateLimited } from './failure.ts';

/** What a call is for. `poll` gives way first; the rest may use up the reserve. */
export type Purpose =
  | 'poll'
  | 'details'
  | 'read'
  | 'merge'
  | 'write'
  | 'tracker'
  | 'permission'
  | 'setup';

export interface Usage {
  /** Calls that cost something, and their points, by purpose, since the start. */
  readonly requests: number;
  readonly points: number;
  /** Answers 304, which are free. */
  readonly unchanged: number;
}

export interface Limit {
  readonly used: number;
  readonly limit: number;
  readonly remaining: number;
  readonly resetAt: number;
}

/** `slow`: polling is stretched by `factor` so that what is left lasts; `held`: nothing is polled before `until`. */
export interface Pace {
  readonly state: 'normal' | 'slow' | 'held';
  readonly factor: number;
  readonly until: number | null;
}

export interface Governor {
  /** Throws `transient` with the wait instead of sending what GitHub would refuse. */
  admit(resource: 'core' | 'graphql', purpose: Purpose, what: string): void;
  /** Headers of an answer, also of a refusal. */
  answered(
    purpose: Purpose,
    answer: {
      readonly status: number;
      readonly headers: Readonly<Record<string, string | number | undefined>>;
      readonly cost: number;
    },
  ): void;
  /** GitHub said: not before that many ms. */
  refused(resource: 'core' | 'graphql' | 'all', waitMs: number): void;
  /** `interval` ms, stretched so that what is left lasts until the limit is renewed. */
  stretch(interval: number): number;
  pace(): Pace;
  /** Largest part of a limit that was used up at once in the last 24 hours, 0 to 1. */
  peak(): number;
  limits(): Readonly<Record<string, Limit>>;
  usage(): Readonly<Record<string, Usage>>;
}

/** Part of the limit that polling leaves to people and merges. */
const RESERVE = 0.1;
/** Below this part polling slows down, so that it never comes to a refusal. */
const SLOW_BELOW = 0.5;
const HOUR = 3_600_000;

/** Reads what GitHub says of the limits on every answer; several bots or agents on one token therefore see each other. */
export function createGovernor(clock: Clock): Governor {
  const limits = new Map<string, Limit>();
  const usage = new Map<string, Usage>();
  const blocked = new Map<string, { readonly until: number; readonly from: number }>();
  /** Hour since 1970 -> highest share used in it. */
  const peaks = new Map<number, number>();

  const live = (resource: string): Limit | null => {
    const limit = limits.get(resource);
    return limit === undefined || limit.resetAt <= clock.now() ? null : limit;
  };

  const waitFor = (resource: string, purpose: Purpose): number => {
    const now = clock.now();
    // One that was told later than now was told before the clock was set back: how much of it is left is not known.
    const refusals = [blocked.get(resource), blocked.get('all')].map((refusal) =>
      refusal === undefined || refusal.from > now ? 0 : refusal.until,
    );
    const refusedUntil = Math.max(...refusals);
    if (refusedUntil > now) return refusedUntil - now;
    const limit = live(resource);
    if (limit === null) return 0;
    const floor = purpose === 'poll' ? limit.limit * RESERVE : 0;
    return limit.remaining <= floor ? limit.resetAt - now : 0;
  };

  const notePeak = (share: number): void => {
    const hour = Math.floor(clock.now() / HOUR);
    for (const known of peaks.keys()) if (known <= hour - 24) peaks.delete(known);
    peaks.set(hour, Math.max(peaks.get(hour) ?? 0, share));
  };

  return {
    admit(resource, purpose, what) {
      const wait = waitFor(resource, purpose);
      if (wait > 0) throw rateLimited(what, wait);
    },
    answered(purpose, { status, headers, cost }) {
      const resource = String(headers['x-ratelimit-resource'] ?? 'core');
      const remaining = Number(headers['x-ratelimit-remaining']);
      const limit = Number(headers['x-ratelimit-limit']);
      const resetAt = Number(headers['x-ratelimit-reset']) * 1_000;
      if ([remaining, limit, resetAt].every(Number.isFinite)) {
        limits.set(resource, { limit, remaining, resetAt, used: limit - remaining });
        notePeak(limit === 0 ? 0 : (limit - remaining) / limit);
      }
      const before = usage.get(purpose) ?? { requests: 0, points: 0, unchanged: 0 };
      usage.set(
        purpose,
        status === 304
          ? { ...before, unchanged: before.unchanged + 1 }
          : { ...before, requests: before.requests + 1, points: before.points + cost },
      );
    },
    refused(resource, waitMs) {
      const from = clock.now();
      blocked.set(resource, {
        from,
        until: Math.max(blocked.get(resource)?.until ?? 0, from + waitMs),
      });
    },
    stretch(interval) {
      const waits = ['core', 'graphql'].map((resource) =>
        Math.max(waitFor(resource, 'poll'), interval * slowness(live(resource), clock.now())),
      );
      return Math.max(interval, ...waits);
    },
    pace() {
      const now = clock.now();
      const wait = Math.max(waitFor('core', 'poll'), waitFor('graphql', 'poll'));
      if (wait > 0) return { state: 'held', factor: 1, until: now + wait };
      const factor = Math.max(slowness(live('core'), now), slowness(live('graphql'), now));
      return {
        state: factor > 1 ? 'slow' : 'normal',
        factor: Math.round(factor * 10) / 10,
        until: null,
      };
    },
    peak() {
      const oldest = Math.floor(clock.now() / HOUR) - 24;
      return Math.max(0, ...[...peaks].filter(([hour]) => hour > oldest).map(([, share]) => share));
    },
    limits: () => Object.fromEntries(limits),
    usage: () => Object.fromEntries(usage),
  };
}

/** 1 while there is plenty; grows when the share left is smaller than the share of the hour left. */
function slowness(limit: Limit | null, now: number): number {
  if (limit === null || limit.limit === 0) return 1;
  const left = limit.remaining / limit.limit;
  if (left >= SLOW_BELOW) return 1;
  const time = Math.min(1, Math.max(0, (limit.resetAt - now) / HOUR));
  return Math.min(30, Math.max(1, time / Math.max(0.01, left - RESERVE)));
}
