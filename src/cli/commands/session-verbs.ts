import type { Command } from 'commander';
import type { SessionView } from '../../commands/views.ts';
import { parseDuration } from '../../lib/duration.ts';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import { usageError } from '../cli-error.ts';
import type { CommonOptions } from '../common-options.ts';
import { printSession, sessionPath } from '../print-session.ts';

interface Verb {
  readonly description: string;
  /** Further arguments, in commander's words. */
  readonly more?: readonly string[];
  /** Path below the session; the verb's own name by default. */
  readonly path?: string;
  body?(words: readonly string[]): object;
  readonly next?: (session: SessionView) => string;
}

const joined = (words: readonly string[]): string | undefined =>
  words.length === 0 ? undefined : words.join(' ');

/** Commands that do one thing to one session. */
const VERBS = {
  interrupt: {
    description: "End the agent's turn now, and say something else",
    more: ['[text...]'],
    body: (words) => ({ text: joined(words) }),
  },
  kill: {
    description: 'End a session: agent stopped, worktree snapshotted and removed',
    more: ['[reason...]'],
    body: (words) => ({ reason: joined(words) }),
    next: (session) => `ao undo ${session.id}`,
  },
  undo: { description: 'Take the last kill, done or clean-up back' },
  restore: {
    description: 'Bring an ended session back, with a message',
    more: ['[message...]'],
    body: (words) => ({ message: joined(words) }),
  },
  pause: {
    description: 'Hold a session',
    more: ['[reason...]'],
    body: (words) => ({ reason: joined(words) }),
    next: (session) => `ao resume ${session.id}`,
  },
  resume: { description: 'Let a paused or stopped session continue' },
  done: {
    description: 'Finish a session without a merge',
    next: (session) => `ao undo ${session.id}`,
  },
  rerun: { description: 'Run the failed checks again' },
  comment: {
    description: 'Reply in a review thread at the forge',
    more: ['<thread>', '<text...>'],
    body: ([thread, ...words]) => ({ thread, text: words.join(' ') }),
  },
  resolve: {
    description: 'Resolve a review thread at the forge, or all',
    more: ['<thread>'],
    body: ([thread]) => ({ thread }),
  },
  ack: { description: 'Acknowledge an escalation', more: ['[key]'], body: ([key]) => ({ key }) },
  snooze: {
    description: 'Ask again later: in 30m, or when you say; all that is open, or one by its key',
    more: ['[duration]', '[key]'],
    body: snoozeBody,
  },
  follow: {
    description: 'Every reply in the thread goes to the agent',
    path: 'listen',
    body: () => ({ to: 'all' }),
  },
  unfollow: {
    description: 'Only mentions of ao in the thread go to the agent',
    path: 'listen',
    body: () => ({ to: 'mentions' }),
  },
  mute: { description: 'No more posts of a session', body: () => ({ muted: true }) },
  unmute: { description: 'Posts of a session again', path: 'mute', body: () => ({ muted: false }) },
} satisfies Record<string, Verb>;

function snoozeBody([duration = '30m', key]: readonly string[]): object {
  const ms = parseDuration(duration);
  if (ms === null) throw usageError(`"${duration}" isn't a duration.  Use one such as 30m or 2h.`);
  return { key: key ?? null, minutes: Math.max(1, Math.round(ms / 60_000)) };
}

export const verbCommand =
  (name: keyof typeof VERBS) =>
  (cli: Cli): Command => {
    const verb: Verb = VERBS[name];
    const command = baseCommand(name, verb.description).argument('<session>');
    for (const argument of verb.more ?? []) command.argument(argument);
    return command.action(async (id: string, ...rest: unknown[]) => {
      const options = rest.at(-2) as CommonOptions;
      const words = rest
        .slice(0, -2)
        .flat()
        .filter((word): word is string => typeof word === 'string');
      const session = await cli
        .api(options)
        .post<SessionView>(sessionPath(id, `/${verb.path ?? name}`), verb.body?.(words) ?? {});
      printSession(cli, session, options, verb.next?.(session) ?? null);
    });
  };
