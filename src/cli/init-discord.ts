import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseDocument } from 'yaml';
import { systemClock } from '../lib/clock.ts';
import type { ChatPlugin } from '../slots/chat.ts';
import type { DoctorFinding, PluginContext, PluginDefinition } from '../slots/plugin.ts';
import type { Cli } from './cli.ts';
import { CliError, usageError } from './cli-error.ts';

export interface DiscordAnswers {
  readonly token: string;
  /** Server. */
  readonly guild: string;
  /** Null: every project names its own. */
  readonly channel: string | null;
}

export type DiscordLayout = 'threads' | 'forum';

/** From the environment, else asked for; null when the person gave up. The token is never an option: those can be seen by others. */
export async function discordAnswers(cli: Cli, options: { guild?: string; channel?: string; yes?: boolean }): Promise<DiscordAnswers | null> {
  const known: DiscordAnswers = { token: cli.env.DISCORD_TOKEN ?? '', guild: options.guild ?? '', channel: options.channel ?? null };
  if (options.yes) {
    if (known.token === '') throw usageError('without questions the token comes from DISCORD_TOKEN.');
    if (known.guild === '') throw usageError('without questions the server is an option: --guild ID');
    return known;
  }
  const { askDiscord } = await import('./discord-wizard.ts');
  return askDiscord(known);
}

/** What the plugin itself finds with these answers: token, server, intents, channel and permissions. A forum is recognised. */
export async function verifyDiscord(
  cli: Cli,
  plugins: readonly PluginDefinition[],
  answers: DiscordAnswers,
): Promise<{ findings: readonly DoctorFinding[]; layout: DiscordLayout }> {
  const part = {
    token: answers.token,
    guilds: [answers.guild],
    ...(answers.channel === null ? {} : { channel: answers.channel }),
    ...(cli.env.DISCORD_API_URL === undefined ? {} : { apiUrl: cli.env.DISCORD_API_URL }),
  };
  const threads = await withDiscord(plugins, { ...part, layout: 'threads' }, (plugin) => plugin.doctor());
  if (!threads.some((finding) => finding.fix?.includes('layout to forum') === true)) return { findings: threads, layout: 'threads' };
  return { findings: await withDiscord(plugins, { ...part, layout: 'forum' }, (plugin) => plugin.doctor()), layout: 'forum' };
}

/** Builds the plugin on a scratch folder, starts nothing. */
export async function withDiscord<T>(
  plugins: readonly PluginDefinition[],
  part: Readonly<Record<string, unknown>>,
  use: (plugin: ChatPlugin) => Promise<T>,
): Promise<T> {
  const definition = plugins.find((plugin) => plugin.slot === 'chat' && plugin.name === 'discord');
  if (definition === undefined) throw new CliError('this ao has no plugin for Discord.');
  const settings = definition.config.safeParse(part);
  if (!settings.success) throw new CliError(settings.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '));
  const scratch = mkdtempSync(path.join(tmpdir(), 'ao-discord-'));
  try {
    return await use(definition.create(settings.data, scratchContext(scratch)) as ChatPlugin);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const scratchContext = (dataDir: string): PluginContext => ({
  id: 'discord',
  clock: systemClock,
  logger: { debug() {}, info() {}, warn() {}, error() {} },
  dataDir,
  kv: { get: () => undefined, set() {}, delete() {}, list: () => [] },
  shared: (_key, make) => make(),
  env: {},
  project: null,
});

/** The token into .env (mode 0600), the rest into ao.yaml beside it, whose comments stay. Returns the files. */
export function writeDiscord(folder: string, answers: DiscordAnswers, layout: DiscordLayout): readonly string[] {
  const config = path.join(folder, 'ao.yaml');
  if (!existsSync(config)) throw new CliError(`there is no ${config}.  Make it first: ao init`);
  const dotEnv = path.join(folder, '.env');
  const lines = existsSync(dotEnv)
    ? readFileSync(dotEnv, 'utf8')
        .split('\n')
        .filter((line) => !/^(export )?DISCORD_TOKEN=/.test(line))
    : [];
  while (lines.at(-1) === '') lines.pop();
  writeFileSync(dotEnv, [...lines, `DISCORD_TOKEN=${answers.token}`, ''].join('\n'), { mode: 0o600 });
  chmodSync(dotEnv, 0o600);
  const document = parseDocument(readFileSync(config, 'utf8'));
  document.setIn(['chat', 'discord', 'token'], '${DISCORD_TOKEN}');
  document.setIn(['chat', 'discord', 'guilds'], [answers.guild]);
  if (answers.channel !== null) document.setIn(['chat', 'discord', 'channel'], answers.channel);
  if (layout === 'forum') document.setIn(['chat', 'discord', 'layout'], layout);
  writeFileSync(config, document.toString());
  return [dotEnv, config];
}
