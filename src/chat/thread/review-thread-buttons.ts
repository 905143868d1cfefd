import type { Button } from '../../slots/chat.ts';
import { roomFor, shortArgument } from '../words/button-id.ts';
import { button } from '../words/message.ts';

/** Pressed later, they still mean this thread. */
export const threadRow = (session: string, thread: string): readonly Button[] => [
  button(
    'Reply…',
    'reply_thread',
    session,
    shortArgument(thread, roomFor('reply_thread', session)),
  ),
  button(
    'Resolve',
    'resolve_thread',
    session,
    shortArgument(thread, roomFor('resolve_thread', session)),
  ),
];
