import type { Priority } from '../../../src/domain/session/policy.ts';
import type { Notification } from '../../../src/slots/notifier.ts';

const CONTROLS = /[\u0000-\u001f\u007f-\u009f]+/g;

/** One line; text of agents and people can't move the cursor or forge a second line. */
export function formatNotification(message: Notification, priority: Priority, at: number): string {
  const where =
    message.session === null ? message.project : `${message.project} ${message.session}`;
  const pr =
    message.pr === null
      ? null
      : `PR #${message.pr.number}${message.pr.url === null ? '' : ` ${message.pr.url}`}`;
  const rest = [message.next, pr, message.url].filter((part) => part !== null);
  return [
    new Date(at).toISOString(),
    `[${priority}]`,
    `${where}:`,
    message.title,
    '-',
    message.text,
    ...rest,
  ]
    .join(' ')
    .replace(CONTROLS, ' ')
    .trimEnd();
}
