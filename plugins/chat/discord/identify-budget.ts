import { type IIdentifyThrottler, SimpleIdentifyThrottler } from 'discord.js';
import type { Clock } from '../../../src/lib/clock.ts';
import type { KeyValue } from '../../../src/slots/plugin.ts';

/** Discord resets the token of a bot that identifies 1000 times a day; neither restarts of ao nor sessions that Discord ends must get there. */
const LOGINS_PER_HOUR = 20;
const HOUR = 3_600_000;

export interface IdentifyBudget {
  /** Milliseconds until the next login is within what ao allows itself; 0: now. Kept over restarts. */
  wait(): number;
  /** For discord.js, whose own reconnecting identifies, too. `exhausted` must end the client; until then nothing is sent. */
  throttler(
    exhausted: (wait: number) => void,
  ): (manager: { readonly options: unknown }) => IIdentifyThrottler;
}

export function createIdentifyBudget(kv: KeyValue, clock: Clock): IdentifyBudget {
  const recent = (): readonly number[] =>
    ((kv.get('logins') as readonly number[] | undefined) ?? []).filter(
      (at) => at > clock.now() - HOUR,
    );
  const wait = (): number => {
    const [oldest, ...others] = recent();
    return oldest === undefined || others.length + 1 < LOGINS_PER_HOUR
      ? 0
      : oldest + HOUR - clock.now();
  };
  return {
    wait,
    throttler: (exhausted) => () => {
      // One connection: Discord lets it identify once in 5 s.
      const pace = new SimpleIdentifyThrottler(1);
      return {
        async waitForIdentify(shard, signal) {
          const left = wait();
          if (left > 0) {
            exhausted(left);
            return new Promise((_resolve, reject) =>
              signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
            );
          }
          kv.set('logins', [...recent(), clock.now()]);
          await pace.waitForIdentify(shard, signal);
        },
      };
    },
  };
}
