import type { Command } from 'commander';
import { baseCommand } from '../base-command.ts';
import type { Cli, CommonOptions } from '../cli.ts';
import { usageError } from '../cli-error.ts';
import { type InitAnswers, suggestAnswers, writeConfig } from '../init-config.ts';

interface Options extends CommonOptions {
  readonly yes?: boolean;
  readonly path?: string;
  readonly project?: string;
  readonly agent?: string;
  readonly force?: boolean;
}

export const initCommand = (cli: Cli): Command =>
  baseCommand('init', 'Write an ao.yaml for a repository, by questions or by options')
    .option('-y, --yes', 'no questions')
    .option('--path <folder>', 'repository; the current folder by default')
    .option('--project <id>', 'project id; the name of the folder by default')
    .option('--agent <name>', 'coding agent; the first installed one by default')
    .option('--force', 'overwrite an ao.yaml that is there')
    .action(async (options: Options) => {
      if (!options.yes && !cli.interactive) throw usageError('questions need a terminal.  Without one: ao init --yes');
      const suggested = await suggestAnswers(cli, options);
      const answers = options.yes ? suggested : await ask(cli, suggested);
      if (answers === null) return cli.out('Nothing was written.');
      const file = await writeConfig(cli, answers, { force: options.force ?? false });
      cli.out(options.json ? JSON.stringify({ file }) : `Written: ${file}\nNext: ao doctor, then ao start`);
    });

async function ask(cli: Cli, suggested: InitAnswers): Promise<InitAnswers | null> {
  const { askAnswers } = await import('../init-wizard.ts');
  const { plugins } = await cli.loadBot();
  return askAnswers(
    suggested,
    plugins.filter((plugin) => plugin.slot === 'agent'),
  );
}
