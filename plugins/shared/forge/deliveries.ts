import type { Clock } from '../../../src/lib/clock.ts';
import type { KeyValue } from '../../../src/slots/plugin.ts';

/** Deliveries that were taken already; a forge repeats one under the same id. Kept over restarts, about as long as forges let people deliver one again by hand. */
export interface Deliveries {
  isNew(id: string): boolean;
}

const KEEP = 3 * 86_400_000;
const PREFIX = 'delivery:';

export function createDeliveries(kv: KeyValue, clock: Clock): Deliveries {
  let pruneAt = 0;
  const prune = (): void => {
    const now = clock.now();
    if (now < pruneAt) return;
    pruneAt = now + 3_600_000;
    for (const [key, at] of kv.list(PREFIX))
      if (typeof at !== 'number' || at < now - KEEP) kv.delete(key);
  };
  return {
    isNew(id) {
      prune();
      const key = `${PREFIX}${id.slice(0, 100)}`;
      if (kv.get(key) !== undefined) return false;
      kv.set(key, clock.now());
      return true;
    },
  };
}
