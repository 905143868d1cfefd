import path from 'node:path';
import type { Command } from 'commander';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import type { CommonOptions } from '../common-options.ts';
import { findDataDir } from '../data-dir.ts';

export const backupCommand = (cli: Cli): Command =>
  baseCommand('backup', 'Write a consistent copy of the database, also while the bot runs')
    .argument('<file>')
    .action(async (file: string, options: CommonOptions) => {
      const target = path.resolve(cli.cwd, file);
      await cli.backUp(findDataDir(options, cli.env, cli.cwd), target);
      cli.out(options.json ? JSON.stringify({ file: target }) : `Written: ${target}`);
    });
