import type { SessionView } from '../../commands/views.ts';
import type { Button } from '../../slots/chat.ts';
import { button } from '../words/message.ts';
import { reactionPin } from '../words/pin.ts';
import { budgetButtons } from './budget-buttons.ts';

/** What a person can do about an escalation; `Reply` is first. */
export function escalationButtons(
  key: string,
  { id, actions, pr }: Pick<SessionView, 'id' | 'actions' | 'pr'>,
): readonly Button[] {
  const snooze = button('Snooze 30 min', 'snooze', id, key);
  const stop = button('Stop', 'stop', id);
  const acknowledge = button('Acknowledge', 'ack', id, key);
  if (key === 'budget-exceeded') return [...budgetButtons(id), snooze, acknowledge];
  const handOver = actions.includes('handoff') ? [button('Hand over…', 'handoff', id)] : [];
  return [
    button('Reply', 'reply', id, key, { style: 'primary' }),
    button('Retry', 'react', id, reactionPin(key, id, pr)),
    ...handOver,
    snooze,
    stop,
    acknowledge,
  ];
}
