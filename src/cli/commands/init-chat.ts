/** `ao init slack` and `ao init discord`: questions, a look at the platform with the answers, and only then the files. */
import path from 'node:path';
import type { DoctorFinding } from '../../slots/plugin.ts';
import { readyForChat } from '../chat-setup.ts';
import type { Cli } from '../cli.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { CommonOptions } from '../common-options.ts';
import { ignoreInGit } from '../ignored-by-git.ts';
import type { DiscordAnswers } from '../init-discord.ts';
import type { SlackAnswers } from '../init-slack.ts';

export interface ChatOptions extends CommonOptions {
  readonly yes?: boolean;
  readonly path?: string;
  readonly channel?: string;
  readonly guild?: string;
  readonly user?: string;
}

export interface Platform<
  Answers,
  Verified extends { readonly findings: readonly DoctorFinding[] },
> {
  readonly name: string;
  /** Null: the person gave up. `before`: answers that were found wrong, to start from. */
  ask(before: Answers | null): Promise<Answers | null>;
  verify(answers: Answers): Promise<Verified>;
  /** Paths of the files it wrote. */
  write(folder: string, answers: Answers, verified: Verified): readonly string[];
  next(answers: Answers, verified: Verified): string;
}

export async function joinSlack(cli: Cli, options: ChatOptions): Promise<void> {
  if (!options.yes && !cli.interactive)
    throw usageError(
      'questions need a terminal.  Without one: SLACK_BOT_TOKEN=… SLACK_APP_TOKEN=… ao init slack --yes',
    );
  const { slackAnswers, verifySlack, writeSlack } = await import('../init-slack.ts');
  await join(cli, options, {
    name: 'Slack',
    ask: (before: SlackAnswers | null) => slackAnswers(cli, options, before),
    verify: async (answers) => verifySlack(cli, (await cli.loadBot()).plugins, answers),
    write: (folder, answers, { admin }) => writeSlack(folder, answers, admin),
    next: (_answers, { admin }) =>
      admin === null
        ? 'Next: name who may use it under access.users in ao.yaml, e.g. "slack:T024BE7LD:U0123456": [member], then ao start'
        : 'Next: ao start, then /ao spawn in the channel. Others: access.users and access.groups in ao.yaml',
  });
}

export async function joinDiscord(cli: Cli, options: ChatOptions): Promise<void> {
  if (!options.yes && !cli.interactive)
    throw usageError(
      'questions need a terminal.  Without one: DISCORD_TOKEN=… ao init discord --yes --guild ID --channel ID',
    );
  const { discordAnswers, verifyDiscord, writeDiscord } = await import('../init-discord.ts');
  await join(cli, options, {
    name: 'Discord',
    ask: (before: DiscordAnswers | null) => discordAnswers(cli, options, before),
    verify: async (answers) => verifyDiscord(cli, (await cli.loadBot()).plugins, answers),
    write: (folder, answers, { layout, admin }) => writeDiscord(folder, answers, layout, admin),
    next: ({ guild }, { admin }) =>
      admin === null
        ? `Next: name who may use it under access.groups in ao.yaml, e.g. "discord:${guild}:ROLE-ID": [member], then ao start`
        : `Next: ao start, then /ao spawn in the channel. Others: a role under access.groups in ao.yaml, e.g. "discord:${guild}:ROLE-ID": [member]`,
  });
}

export async function join<
  Answers,
  Verified extends { readonly findings: readonly DoctorFinding[] },
>(cli: Cli, options: ChatOptions, platform: Platform<Answers, Verified>): Promise<void> {
  const folder = path.resolve(cli.cwd, options.path ?? '.');
  // Before the first question: nobody should answer for nothing.
  await readyForChat(cli, folder);
  const ready = await answersThatHold(cli, options, platform);
  if (ready === null) return cli.out('Nothing was written.');
  const { answers, verified } = ready;
  const ignored = await ignoreInGit(cli, folder, '.env');
  const files = [
    ...(ignored === null ? [] : [ignored]),
    ...platform.write(folder, answers, verified),
  ];
  if (options.json) return cli.out(JSON.stringify({ files, findings: verified.findings }));
  cli.out(
    [
      ...verified.findings.map(findingLine),
      `Written: ${files.join(', ')}`,
      platform.next(answers, verified),
    ].join('\n'),
  );
}

/** Asked again from where the person was as long as the platform finds something wrong. */
async function answersThatHold<
  Answers,
  Verified extends { readonly findings: readonly DoctorFinding[] },
>(
  cli: Cli,
  options: ChatOptions,
  platform: Platform<Answers, Verified>,
): Promise<{ readonly answers: Answers; readonly verified: Verified } | null> {
  for (let before: Answers | null = null; ; ) {
    const answers: Answers | null = await platform.ask(before);
    if (answers === null) return null;
    const verified = await platform.verify(answers);
    const wrong = verified.findings
      .filter(({ level }) => level === 'error')
      .map(({ what, fix }) => `${what}  ${fix ?? ''}`.trimEnd());
    if (wrong.length === 0) return { answers, verified };
    if (options.yes === true)
      throw new CliError(`${platform.name} is not ready, and nothing was written.`, 1, wrong);
    cli.err(`${platform.name} is not ready, and nothing is written yet:`);
    for (const line of wrong) cli.err(`  ${line}`);
    cli.err('Put it right there or here; your answers are kept. Ctrl+C gives up.');
    before = answers;
  }
}

const findingLine = ({ level, what, fix }: DoctorFinding): string =>
  level === 'ok' ? `✓ ${what}` : `! ${what}${fix === null ? '' : `  ${fix}`}`;
