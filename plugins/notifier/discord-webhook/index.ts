import { z } from 'zod';
import { definePlugin } from '../../../src/slots/plugin.ts';
import { checkAddress, postAddress, privateNetwork } from '../../shared/notifier/address.ts';
import { oncePerKey } from '../../shared/notifier/once-per-key.ts';
import { post } from '../../shared/notifier/post.ts';
import { renderDiscord } from './render.ts';

export default definePlugin({
  slot: 'notifier',
  name: 'discord-webhook',
  description:
    'Posts notifications to one Discord channel through a webhook; no bot of ao is needed there.',
  config: z
    .strictObject({
      url: postAddress.describe('Address of the webhook; a secret'),
      privateNetwork,
    })
    .superRefine(checkAddress('url')),
  create(config) {
    const once = oncePerKey();
    // With `wait` Discord answers when the message is there, and says what was wrong with it.
    const url = new URL(config.url);
    url.searchParams.set('wait', 'true');
    return {
      notify: (message, { priority, key }) =>
        once(key, async () => {
          await post({
            what: "Discord's webhook",
            url: url.href,
            reach: config,
            body: JSON.stringify(renderDiscord(message, priority)),
          });
        }),
      doctor: async () => [
        { level: 'ok', what: `posts through a webhook at ${url.origin}`, fix: null },
      ],
    };
  },
});
