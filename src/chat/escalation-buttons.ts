import type { Button } from '../slots/chat.ts';
import { budgetButtons } from './budgets.ts';
import { button } from './message.ts';

/** What a person can do about an escalation; `Reply` is first. */
export function escalationButtons(key: string, session: string): readonly Button[] {
  if (key === 'budget-exceeded')
    return [...budgetButtons(session), button('Snooze 30 min', 'snooze', session, key), button('Acknowledge', 'ack', session, key)];
  return [
    button('Reply', 'reply', session, key, { style: 'primary' }),
    button('Retry', 'react', session, key),
    button('Snooze 30 min', 'snooze', session, key),
    button('Stop', 'stop', session),
    button('Acknowledge', 'ack', session, key),
  ];
}
