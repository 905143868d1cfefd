import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseDocument } from 'yaml';
import { systemClock } from '../lib/clock.ts';
import type { ChatPlugin } from '../slots/chat.ts';
import type { DoctorFinding, PluginContext, PluginDefinition } from '../slots/plugin.ts';
import type { Cli } from './cli.ts';
import { CliError, usageError } from './cli-error.ts';

export interface SlackAnswers {
  readonly botToken: string;
  readonly appToken: string;
  /** Null: every project names its own. */
  readonly channel: string | null;
}

/** From the environment, else asked for; null when the person gave up. Tokens are never options: those can be seen by others. */
export async function slackAnswers(cli: Cli, options: { channel?: string; yes?: boolean }): Promise<SlackAnswers | null> {
  const [botToken, appToken] = [cli.env.SLACK_BOT_TOKEN ?? '', cli.env.SLACK_APP_TOKEN ?? ''];
  if (options.yes) {
    if (botToken === '' || appToken === '') throw usageError('without questions the tokens come from SLACK_BOT_TOKEN and SLACK_APP_TOKEN.');
    return { botToken, appToken, channel: options.channel ?? null };
  }
  const { askSlack } = await import('./slack-wizard.ts');
  return askSlack({ botToken, appToken, channel: options.channel ?? null });
}

/** What the plugin itself finds with these answers: tokens, scopes, channel. Nothing is started. */
export async function verifySlack(cli: Cli, plugins: readonly PluginDefinition[], answers: SlackAnswers): Promise<readonly DoctorFinding[]> {
  const definition = plugins.find((plugin) => plugin.slot === 'chat' && plugin.name === 'slack');
  if (definition === undefined) throw new CliError('this ao has no plugin for Slack.');
  const { botToken, appToken, channel } = answers;
  const part = {
    botToken,
    appToken,
    ...(channel === null ? {} : { channel }),
    ...(cli.env.SLACK_API_URL === undefined ? {} : { apiUrl: cli.env.SLACK_API_URL }),
  };
  const settings = definition.config.safeParse(part);
  if (!settings.success) throw new CliError(settings.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '));
  const scratch = mkdtempSync(path.join(tmpdir(), 'ao-slack-'));
  try {
    return await (definition.create(settings.data, scratchContext(scratch)) as ChatPlugin).doctor();
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const scratchContext = (dataDir: string): PluginContext => ({
  id: 'slack',
  clock: systemClock,
  logger: { debug() {}, info() {}, warn() {}, error() {} },
  dataDir,
  kv: { get: () => undefined, set() {}, delete() {}, list: () => [] },
  shared: (_key, make) => make(),
  env: {},
  project: null,
});

/** Tokens into .env (mode 0600), the rest into ao.yaml beside it, whose comments stay. Returns the files. */
export function writeSlack(folder: string, answers: SlackAnswers): readonly string[] {
  const config = path.join(folder, 'ao.yaml');
  if (!existsSync(config)) throw new CliError(`there is no ${config}.  Make it first: ao init`);
  const dotEnv = path.join(folder, '.env');
  const lines = existsSync(dotEnv)
    ? readFileSync(dotEnv, 'utf8')
        .split('\n')
        .filter((line) => !/^(export )?SLACK_(BOT|APP)_TOKEN=/.test(line))
    : [];
  while (lines.at(-1) === '') lines.pop();
  writeFileSync(dotEnv, [...lines, `SLACK_BOT_TOKEN=${answers.botToken}`, `SLACK_APP_TOKEN=${answers.appToken}`, ''].join('\n'), { mode: 0o600 });
  chmodSync(dotEnv, 0o600);
  const document = parseDocument(readFileSync(config, 'utf8'));
  document.setIn(['chat', 'slack', 'botToken'], '${SLACK_BOT_TOKEN}');
  document.setIn(['chat', 'slack', 'appToken'], '${SLACK_APP_TOKEN}');
  if (answers.channel !== null) document.setIn(['chat', 'slack', 'channel'], answers.channel);
  writeFileSync(config, document.toString());
  return [dotEnv, config];
}
