import path from 'node:path';
import type { Command } from 'commander';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { CommonOptions } from '../common-options.ts';
import { type InitAnswers, suggestAnswers, writeConfig } from '../init-config.ts';

interface Options extends CommonOptions {
  readonly yes?: boolean;
  readonly path?: string;
  readonly project?: string;
  readonly agent?: string;
  readonly force?: boolean;
  readonly channel?: string;
  readonly guild?: string;
  readonly user?: string;
}

export const initCommand = (cli: Cli): Command =>
  baseCommand('init', 'Write an ao.yaml for a repository, by questions or by options')
    .option('-y, --yes', 'no questions')
    .option('--path <folder>', 'repository; the current folder by default')
    .option('--project <id>', 'project id; the name of the folder by default')
    .option('--agent <name>', 'coding agent; the first installed one by default')
    .option('--force', 'overwrite an ao.yaml that is there')
    .option('--channel <id>', 'with slack or discord: channel for projects that name none')
    .option('--guild <id>', 'with discord: the server')
    .option('--user <id>', 'with slack or discord: your own id there; you become an admin of ao')
    .argument(
      '[platform]',
      'slack or discord: join it to the ao.yaml that is here. Asks for tokens, verifies them, writes .env',
    )
    .action(async (platform: string | undefined, options: Options) => {
      if (platform === 'slack') return joinSlack(cli, options);
      if (platform === 'discord') return joinDiscord(cli, options);
      if (platform !== undefined)
        throw usageError(`ao can't set up "${platform}".  It can: ao init slack, ao init discord`);
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

async function joinSlack(cli: Cli, options: Options): Promise<void> {
  if (!options.yes && !cli.interactive)
    throw usageError(
      'questions need a terminal.  Without one: SLACK_BOT_TOKEN=… SLACK_APP_TOKEN=… ao init slack --yes',
    );
  const { slackAnswers, verifySlack, writeSlack } = await import('../init-slack.ts');
  const answers = await slackAnswers(cli, options);
  if (answers === null) return cli.out('Nothing was written.');
  const { findings, admin } = await verifySlack(cli, (await cli.loadBot()).plugins, answers);
  const wrong = findings.filter((finding) => finding.level === 'error');
  if (wrong.length > 0)
    throw new CliError(
      'Slack is not ready, and nothing was written.',
      1,
      wrong.map((finding) => `${finding.what}  ${finding.fix ?? ''}`),
    );
  const files = writeSlack(path.resolve(cli.cwd, options.path ?? '.'), answers, admin);
  if (options.json) return cli.out(JSON.stringify({ files, findings }));
  cli.out(
    [
      ...findings.map((finding) => `${finding.level === 'ok' ? '✓' : '!'} ${finding.what}`),
      `Written: ${files.join(', ')}`,
      admin === null
        ? 'Next: name who may use it under access.users in ao.yaml, e.g. "slack:T024BE7LD:U0123456": [member], then ao start'
        : 'Next: ao start, then /ao spawn in the channel. Others: access.users and access.groups in ao.yaml',
    ].join('\n'),
  );
}

async function joinDiscord(cli: Cli, options: Options): Promise<void> {
  if (!options.yes && !cli.interactive)
    throw usageError(
      'questions need a terminal.  Without one: DISCORD_TOKEN=… ao init discord --yes --guild ID --channel ID',
    );
  const { discordAnswers, verifyDiscord, writeDiscord } = await import('../init-discord.ts');
  const answers = await discordAnswers(cli, options);
  if (answers === null) return cli.out('Nothing was written.');
  const { findings, layout, admin } = await verifyDiscord(
    cli,
    (await cli.loadBot()).plugins,
    answers,
  );
  const wrong = findings.filter((finding) => finding.level === 'error');
  if (wrong.length > 0)
    throw new CliError(
      'Discord is not ready, and nothing was written.',
      1,
      wrong.map((finding) => `${finding.what}  ${finding.fix ?? ''}`),
    );
  const files = writeDiscord(path.resolve(cli.cwd, options.path ?? '.'), answers, layout, admin);
  if (options.json) return cli.out(JSON.stringify({ files, findings }));
  cli.out(
    [
      ...findings.map((finding) =>
        finding.level === 'ok' ? `✓ ${finding.what}` : `! ${finding.what}  ${finding.fix ?? ''}`,
      ),
      `Written: ${files.join(', ')}`,
      admin === null
        ? `Next: name who may use it under access.groups in ao.yaml, e.g. "discord:${answers.guild}:ROLE-ID": [member], then ao start`
        : `Next: ao start, then /ao spawn in the channel. Others: a role under access.groups in ao.yaml, e.g. "discord:${answers.guild}:ROLE-ID": [member]`,
    ].join('\n'),
  );
}

async function ask(cli: Cli, suggested: InitAnswers): Promise<InitAnswers | null> {
  const { askAnswers } = await import('../init-wizard.ts');
  const { plugins } = await cli.loadBot();
  return askAnswers(
    suggested,
    plugins.filter((plugin) => plugin.slot === 'agent'),
  );
}
