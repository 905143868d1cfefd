import { z } from 'zod';
import { definePlugin } from '../../../src/slots/plugin.ts';
import { oncePerKey } from '../../shared/notifier/once-per-key.ts';
import { formatNotification } from './format-notification.ts';

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
    const once = oncePerKey();
    return {
      notify: (message, { priority, key }) =>
        once(key, () => {
          const at = context.clock.now();
          const line = config.json
            ? JSON.stringify({ at, priority, key, ...message })
            : formatNotification(message, priority, at);
          return new Promise<void>((resolve, reject) =>
            process.stdout.write(`${line}\n`, (error) => (error ? reject(error) : resolve())),
          );
        }),
      doctor: async () => [
        { level: 'ok', what: 'notifications are printed to the standard output', fix: null },
      ],
    };
  },
});
