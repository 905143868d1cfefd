import { z } from 'zod';
import { definePlugin } from '../../../src/slots/plugin.ts';
import { checkAddress, postAddress, privateNetwork } from '../../shared/notifier/address.ts';
import { oncePerKey } from '../../shared/notifier/once-per-key.ts';
import { post } from '../../shared/notifier/post.ts';
import { renderSlack } from './render.ts';

export default definePlugin({
  slot: 'notifier',
  name: 'slack-webhook',
  description:
    'Posts notifications to one Slack channel through an incoming webhook; no app of ao is needed there.',
  config: z
    .strictObject({
      url: postAddress.describe('Address of the incoming webhook; a secret'),
      privateNetwork,
    })
    .superRefine(checkAddress('url')),
  create(config) {
    const once = oncePerKey();
    return {
      notify: (message, { priority, key }) =>
        once(key, async () => {
          await post({
            what: "Slack's incoming webhook",
            url: config.url,
            reach: config,
            body: JSON.stringify(renderSlack(message, priority)),
          });
        }),
      doctor: async () => [
        {
          level: 'ok',
          what: `posts through a webhook at ${new URL(config.url).origin}`,
          fix: null,
        },
      ],
    };
  },
});
