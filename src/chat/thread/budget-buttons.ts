import type { Button } from '../../slots/chat.ts';
import { button } from '../words/message.ts';

/** Under whatever tells that a budget is used up or nearly so. */
export const budgetButtons = (session: string): readonly Button[] => [
  button('Raise…', 'raise', session, null, { style: 'primary' }),
  button('Stop', 'stop', session),
];
