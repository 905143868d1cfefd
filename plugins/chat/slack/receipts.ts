import type { MessageRef } from '../../../src/slots/chat.ts';
import type { SlackApi } from './api.ts';
import { isSlackError } from './errors.ts';
import { Lru } from './lru.ts';
import { timeOf } from './places.ts';

const NAMES = { '👀': 'eyes', '✅': 'white_check_mark', '⚠️': 'warning' } as const;
type Receipt = keyof typeof NAMES;
const ALL = Object.values(NAMES);
/** Clocks of Slack and this machine may differ by this, ms. */
const SKEW = 60_000;

/** Exactly one of ao's reactions stays. `since`: when this process began; older messages may have one from before. */
export function createReceipts(
  api: SlackApi,
  since: number,
): (ref: MessageRef, emoji: Receipt | null) => Promise<void> {
  const shown = new Lru<string | null>(5_000);

  const change = async (
    method: 'reactions.add' | 'reactions.remove',
    ref: MessageRef,
    name: string,
  ): Promise<void> => {
    try {
      await api.call('react', method, { channel: ref.channel, timestamp: ref.message, name });
    } catch (error) {
      if (!isSlackError(error, 'already_reacted', 'no_reaction')) throw error;
    }
  };

  return async (ref, emoji) => {
    const id = `${ref.channel} ${ref.message}`;
    const wanted = emoji === null ? null : NAMES[emoji];
    const known = shown.get(id);
    if (known === wanted && known !== undefined) return;
    const maybe =
      known === undefined
        ? timeOf(ref.message) > since + SKEW
          ? []
          : ALL
        : known === null
          ? []
          : [known];
    if (wanted !== null) await change('reactions.add', ref, wanted);
    for (const name of maybe) if (name !== wanted) await change('reactions.remove', ref, name);
    shown.set(id, wanted);
  };
}
