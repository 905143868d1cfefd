import type { Command } from 'commander';
import type { DigestReply } from '../../commands/view/digest.ts';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import type { CommonOptions } from '../common-options.ts';

export const digestCommand = (cli: Cli): Command =>
  baseCommand('digest', 'What happened in the last 24 hours, what waits, and what it cost').action(
    async (options: CommonOptions) => {
      const digest = await cli.api(options).get<DigestReply>('/api/digest');
      cli.out(options.json ? JSON.stringify(digest, null, 2) : digest.text);
    },
  );
