import { digestMessage } from '../chat/answers/digest.ts';
import type { ChannelPayload } from '../chat/thread/chat-job.ts';
import type { Reader } from '../commands/reader.ts';
import type { Config } from '../config/schema/config.ts';
import { kvStore } from '../db/kv-store.ts';
import type { Db } from '../db/open.ts';
import { enqueue } from '../db/outbox-store.ts';
import type { Clock } from '../lib/clock.ts';
import { cronLine } from '../lib/cron.ts';
import type { CronEntry } from '../lifecycle/cron-slots.ts';
import type { ChatMessage } from '../slots/chat.ts';
import type { Charts } from './charts.ts';

export interface DigestParts {
  readonly db: Db;
  readonly clock: Clock;
  readonly config: () => Pick<Config, 'digest' | 'timezone'>;
  readonly reader: Pick<Reader, 'digest' | 'session'>;
  readonly charts: Charts;
  /** There is work in the outbox. */
  readonly wake: () => void;
}

const DAY = 86_400_000;
/** After a long downtime a digest tells of this much at most. */
const LONGEST = 31 * DAY;
const TOLD = 'told-until';

/**
 * The daily digest, at its cron line's times. Each tells of everything since the one before, so that after downtime one digest makes up
 * for all that were missed. A channel has one row per slot, by its key: a slot that is run again doubles nothing.
 */
export function createDigests(parts: DigestParts): { entries(): readonly CronEntry[] } {
  let made: {
    readonly of: Config['digest'];
    readonly zone: string | null;
    readonly entries: readonly CronEntry[];
  } | null = null;
  return {
    entries() {
      const { digest, timezone } = parts.config();
      const zone = digest.timezone ?? timezone ?? null;
      if (made?.of !== digest || made.zone !== zone)
        made = {
          of: digest,
          zone,
          entries: digest.channels.length === 0 ? [] : [entryOf(parts, digest, zone)],
        };
      return made.entries;
    },
  };
}

function entryOf(parts: DigestParts, digest: Config['digest'], zone: string | null): CronEntry {
  const line = cronLine(digest.cron, zone);
  const channels = digest.channels.map(placeOf);
  const run = async (slot: number): Promise<void> => {
    const told = kvStore(parts.db, 'digest');
    const before = told.get(TOLD);
    const from =
      typeof before === 'number' && before < slot ? before : (line.last(slot - 1) ?? slot - DAY);
    const message = await compose(parts, Math.max(from, slot - LONGEST), slot);
    parts.db.transaction(() => {
      for (const { platform, channel } of channels) {
        const key = `digest:${new Date(slot).toISOString()}:${platform}:${channel}`;
        const payload: ChannelPayload = { platform, channel, message };
        enqueue(
          parts.db,
          {
            key,
            lane: `digest:${platform}:${channel}`,
            session: null,
            type: 'chat.channel',
            payload,
          },
          parts.clock.now(),
        );
      }
      told.set(TOLD, slot);
    });
    parts.wake();
  };
  return { id: `digest ${digest.cron} ${zone ?? ''}`, line, run };
}

async function compose(parts: DigestParts, from: number, to: number): Promise<ChatMessage> {
  const digest = await parts.reader.digest({ from, to });
  const chart = digest.quiet ? null : await parts.charts.draw(digest.series);
  const sessionOf = (id: string) => {
    const found = parts.reader.session(id);
    return found.ok ? found.value : null;
  };
  return digestMessage(digest, { sessionOf, chart });
}

/** `slack:C0123456`; without a platform it is a channel of the web chat. */
function placeOf(name: string): { readonly platform: string; readonly channel: string } {
  const colon = name.indexOf(':');
  return colon < 0
    ? { platform: 'web', channel: name }
    : { platform: name.slice(0, colon), channel: name.slice(colon + 1) };
}
