/** Commands with which people talk to an agent. */
import type { CommandSpec } from './command-spec.ts';

export const TALK = [
  {
    verb: 'send',
    aliases: ['say', 'tell'],
    shape: 'session-needs-text',
    usage: 'send [session] <text>',
    does: 'Tell the agent something. A reply in the thread does the same.',
    example: 'send app-7 "use the new cookie"',
    group: 'talk',
  },
  {
    verb: 'now',
    aliases: [],
    shape: 'session-needs-text',
    usage: 'now [session] <text>',
    does: 'Interrupt the turn and tell the agent at once.',
    example: 'now app-7 "wrong file, look at login.ts"',
    group: 'talk',
  },
  {
    verb: 'answer',
    aliases: ['reply'],
    shape: 'session-needs-text',
    usage: 'answer [session] <option|text>',
    does: 'Answer the open question or permission request.',
    example: 'answer app-7 "Allow once"',
    group: 'talk',
  },
  {
    verb: 'follow',
    aliases: [],
    shape: 'session',
    usage: 'follow [session]',
    does: 'Every reply in the thread goes to the agent.',
    example: 'follow app-7',
    group: 'talk',
  },
  {
    verb: 'unfollow',
    aliases: [],
    shape: 'session',
    usage: 'unfollow [session]',
    does: 'People talk among themselves in the thread; only mentions of ao go to the agent.',
    example: 'unfollow app-7',
    group: 'talk',
  },
] as const satisfies readonly CommandSpec[];
