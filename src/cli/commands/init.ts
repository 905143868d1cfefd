import type { Command } from 'commander';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import { usageError } from '../cli-error.ts';
import type { InitAnswers } from '../init-answers.ts';
import { suggestAnswers, writeConfig } from '../init-config.ts';
import { type ChatOptions, joinDiscord, joinSlack } from './init-chat.ts';

interface Options extends ChatOptions {
  readonly project?: string;
  readonly agent?: string;
  readonly force?: boolean;
}

export const initCommand = (cli: Cli): Command =>
  baseCommand('init', 'Write an ao.yaml for a repository, by questions or by options')
    .option('-y, --yes', 'no questions')
    .option('--path <folder>', 'repository; the current folder by default')
    .option(
      '--project <id>',
      'project id; the name of the folder by default; with a forge: the project of ao.yaml',
    )
    .option('--agent <name>', 'coding agent; the first installed one by default')
    .option('--force', 'overwrite an ao.yaml that is there')
    .option('--channel <id>', 'with slack or discord: channel for projects that name none')
    .option('--guild <id>', 'with discord: the server')
    .option('--user <id>', 'with slack or discord: your own id there; you become an admin of ao')
    .argument(
      '[platform]',
      'slack, discord, or a forge or tracker such as gitlab: join it to the ao.yaml that is here. Asks for tokens, verifies them, writes .env',
    )
    .action(async (platform: string | undefined, options: Options) => {
      if (platform === 'slack') return joinSlack(cli, options);
      if (platform === 'discord') return joinDiscord(cli, options);
      if (platform !== undefined)
        return (await import('./init-forge.ts')).joinForge(cli, platform, options);
      if (!options.yes && !cli.interactive)
        throw usageError('questions need a terminal.  Without one: ao init --yes');
      const suggested = await suggestAnswers(cli, options);
      const answers = options.yes ? suggested : await ask(cli, suggested);
      if (answers === null) return cli.out('Nothing was written.');
      const file = await writeConfig(cli, answers, { force: options.force ?? false });
      cli.out(
        options.json
          ? JSON.stringify({ file })
          : `Written: ${file}\nNext: ao doctor, then ao start`,
      );
    });

async function ask(cli: Cli, suggested: InitAnswers): Promise<InitAnswers | null> {
  const { askAnswers } = await import('../init-wizard.ts');
  const { plugins } = await cli.loadBot();
  return askAnswers(
    suggested,
    plugins.filter((plugin) => plugin.slot === 'agent'),
  );
}
