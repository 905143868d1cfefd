import { z } from 'zod';
import type { Priority } from '../../../src/domain/session/policy.ts';
import { definePlugin } from '../../../src/slots/plugin.ts';
import { checkAddress, postAddress, privateNetwork } from '../../shared/notifier/address.ts';
import { oncePerKey } from '../../shared/notifier/once-per-key.ts';
import { bodyLines, clipped, oneLine } from '../../shared/notifier/plain-lines.ts';
import { post } from '../../shared/notifier/post.ts';

/** 5 breaks through "do not disturb", 2 makes no sound (https://docs.ntfy.sh/publish/#message-priority). */
const PRIORITIES = { urgent: 5, action: 4, warning: 3, info: 2 } as const satisfies Record<
  Priority,
  number
>;
/** Names of emoji that ntfy puts before the title. */
const TAGS = {
  urgent: 'rotating_light',
  action: 'point_right',
  warning: 'warning',
  info: 'information_source',
} as const satisfies Record<Priority, string>;
/** ntfy turns longer messages into an attachment (4096 bytes); four bytes a character at worst. */
const LONGEST = 1_000;

export default definePlugin({
  slot: 'notifier',
  name: 'ntfy',
  description:
    'Pushes notifications to phones and desktops through ntfy.sh or an ntfy server of yours.',
  config: z
    .strictObject({
      server: postAddress.default('https://ntfy.sh'),
      privateNetwork,
      topic: z
        .string()
        .regex(/^[-_A-Za-z0-9]{1,64}$/, 'expected up to 64 letters, digits, - and _'),
      token: z.string().min(1).optional().describe('Access token, where the topic is protected'),
    })
    .superRefine(checkAddress('server')),
  create(config) {
    const once = oncePerKey();
    const what = `ntfy at ${new URL(config.server).origin}`;
    return {
      notify: (message, { priority, key }) =>
        once(key, async () => {
          const links = [
            ...(message.url === null ? [] : [{ action: 'view', label: 'Open', url: message.url }]),
            ...(message.pr?.url == null
              ? []
              : [{ action: 'view', label: `PR #${message.pr.number}`, url: message.pr.url }]),
          ];
          const body = JSON.stringify({
            topic: config.topic,
            title: oneLine(message.title),
            message: clipped(bodyLines(message).join('\n'), LONGEST),
            priority: PRIORITIES[priority],
            tags: [TAGS[priority]],
            ...(message.url === null ? {} : { click: message.url }),
            ...(links.length === 0 ? {} : { actions: links }),
          });
          await post({
            what,
            url: config.server,
            reach: config,
            headers: config.token === undefined ? {} : { authorization: `Bearer ${config.token}` },
            body,
          });
        }),
      doctor: async () => [
        config.token === undefined && new URL(config.server).hostname === 'ntfy.sh'
          ? {
              level: 'warning',
              what: `the topic ${config.topic} on ntfy.sh can be read by anyone who knows its name`,
              fix: 'Choose a long random topic, or a token.',
            }
          : { level: 'ok', what: `pushes to ${config.topic} through ${what}`, fix: null },
      ],
    };
  },
});
