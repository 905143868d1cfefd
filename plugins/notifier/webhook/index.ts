import { createHash } from 'node:crypto';
import { z } from 'zod';
import { definePlugin } from '../../../src/slots/plugin.ts';
import { checkAddress, postAddress, privateNetwork } from '../../shared/notifier/address.ts';
import { oncePerKey } from '../../shared/notifier/once-per-key.ts';
import { clean, oneLine } from '../../shared/notifier/plain-lines.ts';
import { post } from '../../shared/notifier/post.ts';
import { signature } from './sign.ts';

export default definePlugin({
  slot: 'notifier',
  name: 'webhook',
  description: 'Posts each notification as signed JSON to an address of yours.',
  config: z
    .strictObject({
      url: postAddress.describe('Where to post'),
      privateNetwork,
      secret: z
        .string()
        .min(16, 'expected at least 16 characters')
        .optional()
        .describe('Signs each message; without one nothing is signed'),
      headers: z.record(z.string(), z.string()).default({}).describe('Sent with each message'),
    })
    .superRefine(checkAddress('url')),
  create(config, context) {
    const once = oncePerKey();
    const { origin } = new URL(config.url);
    return {
      notify: (message, { priority, key }) =>
        once(key, async () => {
          const at = context.clock.now();
          const text = {
            title: oneLine(message.title),
            text: clean(message.text),
            next: message.next === null ? null : clean(message.next),
          };
          const body = JSON.stringify({
            type: 'notification',
            key,
            priority,
            at: new Date(at).toISOString(),
            ...message,
            ...text,
          });
          // Ids of the receiver's log: short, without anything of ours in them.
          const id = `ao_${createHash('sha256').update(key).digest('hex').slice(0, 32)}`;
          const seconds = Math.floor(at / 1000);
          const signed =
            config.secret === undefined
              ? {}
              : { 'webhook-signature': signature(config.secret, id, seconds, body) };
          const headers = {
            ...config.headers,
            'user-agent': 'ao',
            'webhook-id': id,
            'webhook-timestamp': String(seconds),
            ...signed,
          };
          await post({
            what: `the webhook at ${origin}`,
            url: config.url,
            headers,
            body,
            reach: config,
          });
        }),
      doctor: async () =>
        config.secret === undefined
          ? [
              {
                level: 'warning',
                what: `messages to ${origin} are not signed`,
                fix: 'Give it a secret, so that the receiver can tell ao from others.',
              },
            ]
          : [{ level: 'ok', what: `posts signed messages to ${origin}`, fix: null }],
    };
  },
});
