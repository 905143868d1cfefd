import type { Priority } from '../../../src/domain/session/policy.ts';
import type { Notification } from '../../../src/slots/notifier.ts';
import { clipped, oneLine, prLineOf, whereOf } from '../../shared/notifier/plain-lines.ts';

const COLORS = {
  urgent: 0xd9342b,
  action: 0x2f6fde,
  warning: 0xe0a100,
  info: 0x8a8f98,
} as const satisfies Record<Priority, number>;

/** Makes text inert in Discord's Markdown; mentions are switched off for the whole message. */
const escapeDiscord = (text: string): string => text.replace(/[\\*_~`|<>[\]()#@]/g, '\\$&');

/** The body of a webhook's POST. Limits: title 256, description 4096, field 1024 characters. */
export function renderDiscord(message: Notification, priority: Priority): object {
  const pr = prLineOf(message);
  return {
    embeds: [
      {
        title: oneLine(escapeDiscord(message.title), 250),
        description: clipped(escapeDiscord(message.text), 4_000),
        color: COLORS[priority],
        ...(message.url === null ? {} : { url: message.url }),
        fields: [
          ...(message.next === null
            ? []
            : [{ name: 'What to do', value: clipped(escapeDiscord(message.next), 1_000) }]),
          // The address stays as it is, so that it can be clicked.
          ...(pr === null ? [] : [{ name: 'Pull request', value: clipped(pr, 1_000) }]),
        ],
        footer: { text: `${whereOf(message)} · ${priority}` },
      },
    ],
    allowed_mentions: { parse: [] },
  };
}
