import type { Priority } from '../../../src/domain/session/policy.ts';
import type { Notification } from '../../../src/slots/notifier.ts';
import { clipped, oneLine, whereOf } from '../../shared/notifier/plain-lines.ts';

const EMOJI = {
  urgent: ':rotating_light:',
  action: ':point_right:',
  warning: ':warning:',
  info: ':information_source:',
} as const satisfies Record<Priority, string>;
/** A text of a section holds 3000 characters. */
const LONGEST = 2_500;

/** Nothing in it is a mention, a command or a link of its own (https://docs.slack.dev/messaging/formatting-message-text). */
const escapeSlack = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const section = (text: string) => ({
  type: 'section',
  text: { type: 'mrkdwn', text, verbatim: true },
});
const linkButton = (text: string, url: string) => ({
  type: 'button',
  text: { type: 'plain_text', text },
  url,
});

/** The body of an incoming webhook's POST. */
export function renderSlack(message: Notification, priority: Priority): object {
  const title = escapeSlack(oneLine(message.title));
  const pr =
    message.pr === null
      ? null
      : escapeSlack(`PR #${message.pr.number}: ${oneLine(message.pr.title, 120)}`);
  const links = [
    ...(message.url === null ? [] : [linkButton('Open', message.url)]),
    ...(message.pr?.url == null ? [] : [linkButton(`PR #${message.pr.number}`, message.pr.url)]),
  ];
  const context = [whereOf(message), pr]
    .filter((part) => part !== null)
    .map((text) => ({ type: 'mrkdwn', text, verbatim: true }));
  return {
    text: `${EMOJI[priority]} ${title}: ${escapeSlack(oneLine(message.text, 300))}`,
    blocks: [
      section(`${EMOJI[priority]} *${title}*\n${escapeSlack(clipped(message.text, LONGEST))}`),
      ...(message.next === null ? [] : [section(escapeSlack(clipped(message.next, 500)))]),
      { type: 'context', elements: context },
      ...(links.length === 0 ? [] : [{ type: 'actions', elements: links }]),
    ],
    unfurl_links: false,
    unfurl_media: false,
  };
}
