import { z } from 'zod';
import { definePlugin } from '../../../src/slots/plugin.ts';
import { formatNotification } from './format-notification.ts';

const REMEMBERED_KEYS = 1_000;

export default definePlugin({
  slot: 'notifier',
  name: 'stdout',
  description: 'Prints notifications to the standard output of the bot, one line each.',
  config: z
    .strictObject({
      /** One JSON object per line instead of words. */
      json: z.boolean().default(false),
    })
    .prefault({}),
  create(config, context) {
    const printed = new Set<string>();
    return {
      async notify(message, { priority, key }) {
        if (printed.has(key)) return;
        const at = context.clock.now();
        const line = config.json ? JSON.stringify({ at, priority, key, ...message }) : formatNotification(message, priority, at);
        await new Promise<void>((resolve, reject) => process.stdout.write(`${line}\n`, (error) => (error ? reject(error) : resolve())));
        printed.add(key);
        // Oldest first: a repeat comes soon after the first try or never.
        if (printed.size > REMEMBERED_KEYS) for (const oldest of printed) return void printed.delete(oldest);
      },
      doctor: async () => [{ level: 'ok', what: 'notifications are printed to the standard output', fix: null }],
    };
  },
});
