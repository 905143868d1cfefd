import type { Clock } from '../../../src/lib/clock.ts';
import type { PluginError } from '../../../src/slots/errors.ts';

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
  /** Throws `transient` with the wait instead of sending what the forge would refuse. `resource`: see `paced`. */
  admit(resource: string, purpose: Purpose, what: string): void;
  /** What an answer, also a refusal, said of the limits; `cost`: points it took. */
  answered(
    purpose: Purpose,
    answer: {
      readonly status: number;
      readonly limits: Readonly<Record<string, Limit>>;
      readonly cost: number;
    },
  ): void;
  /** The forge said: not before that many ms. `all`: whatever is asked for. */
  refused(resource: string, waitMs: number): void;
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

export interface GovernorParts {
  readonly clock: Clock;
  /** Limits that polling counts against, by name. Others are shown, and hold nothing back. */
  readonly paced: readonly string[];
  /** What is thrown instead of a call that would be refused; `wait` in ms. */
  readonly limited: (what: string, wait: number) => PluginError;
}

/** Goes by what the forge says of its limits on every answer; several bots or agents on one token therefore see each other. */
export function createGovernor({ clock, paced, limited }: GovernorParts): Governor {
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
      if (wait > 0) throw limited(what, wait);
    },
    answered(purpose, { status, limits: told, cost }) {
      for (const [name, limit] of Object.entries(told)) {
        limits.set(name, limit);
        notePeak(limit.limit === 0 ? 0 : limit.used / limit.limit);
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
      const waits = paced.map((resource) =>
        Math.max(waitFor(resource, 'poll'), interval * slowness(live(resource), clock.now())),
      );
      return Math.max(interval, ...waits);
    },
    pace() {
      const now = clock.now();
      const wait = Math.max(...paced.map((resource) => waitFor(resource, 'poll')));
      if (wait > 0) return { state: 'held', factor: 1, until: now + wait };
      const factor = Math.max(...paced.map((resource) => slowness(live(resource), now)));
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
