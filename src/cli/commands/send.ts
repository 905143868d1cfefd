import type { Command } from 'commander';
import type { SteerView } from '../../commands/views.ts';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import { usageError } from '../cli-error.ts';
import type { CommonOptions } from '../common-options.ts';
import { sessionPath } from '../print-session.ts';

export const sendCommand = (cli: Cli): Command =>
  baseCommand('send', 'Say something to the agent of a session')
    .argument('<session>')
    .argument('<text...>', 'the message; - reads it from stdin')
    .option('--now', 'interrupt the turn and send at once')
    .action(async (id: string, words: string[], options: CommonOptions & { now?: boolean }) => {
      const text =
        words.length === 1 && words[0] === '-'
          ? (await cli.readInput()).trimEnd()
          : words.join(' ');
      if (text.trim() === '') throw usageError('the message is empty.');
      const steer = await cli
        .api(options)
        .post<SteerView>(sessionPath(id, '/message'), { text, now: options.now ?? false });
      cli.out(options.json ? JSON.stringify(steer, null, 2) : receipt(id, steer));
    });

const receipt = (id: string, steer: SteerView): string => {
  const place = steer.position === null ? '' : ` at place ${steer.position}`;
  const reason = steer.reason === null ? '' : `: ${steer.reason}`;
  return `${id}: message ${steer.state}${place}${reason}`;
};
