import type { Priority } from '../../../src/domain/session/policy.ts';
import type { Notification } from '../../../src/slots/notifier.ts';
import { bodyLines, clipped, oneLine } from '../../shared/notifier/plain-lines.ts';

export type Desktop = 'notify-send' | 'osascript';

const URGENCY = {
  urgent: 'critical',
  action: 'normal',
  warning: 'normal',
  info: 'low',
} as const satisfies Record<Priority, string>;
const LONGEST = 500;

/** The body of a desktop notification is Pango markup (Desktop Notifications Specification). */
const escapePango = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const SCRIPT = [
  'on run argv',
  'display notification (item 2 of argv) with title (item 1 of argv) subtitle (item 3 of argv)',
  'end run',
];

/** Arguments of the program that shows it. Texts are arguments of their own, never part of a script. */
export function argumentsOf(
  desktop: Desktop,
  message: Notification,
  priority: Priority,
): readonly string[] {
  const title = oneLine(message.title, 100);
  const body = clipped(bodyLines(message).join('\n'), LONGEST);
  if (desktop === 'osascript')
    return [
      ...SCRIPT.flatMap((line) => ['-e', line]),
      '--',
      title,
      body,
      message.session ?? message.project,
    ];
  return ['--app-name=ao', `--urgency=${URGENCY[priority]}`, '--', title, escapePango(body)];
}
