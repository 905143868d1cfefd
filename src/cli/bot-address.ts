import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CliError, EXIT } from './cli-error.ts';
import type { CommonOptions } from './common-options.ts';
import { type Environment, findDataDir } from './data-dir.ts';

/** What a running bot leaves in `dataDir/bot.json`. */
export interface BotFile {
  readonly pid: number;
  readonly host: string;
  readonly port: number;
  readonly url: string;
}

export interface BotAddress {
  readonly url: string;
  readonly token: string | null;
  /** Who the person behind an agent's token is: `ao pr create` and `ao report` act for this session. */
  readonly session: string | null;
  readonly dataDir: string;
}

export const notRunning = (dataDir: string): CliError =>
  new CliError(
    `the bot is not running (data directory ${dataDir}).  Start it: ao start`,
    EXIT.notRunning,
  );

/** Null: no bot wrote one, or it ended in good order. */
export function readBotFile(dataDir: string): BotFile | null {
  const text = readOptional(path.join(dataDir, 'bot.json'));
  if (text === null) return null;
  try {
    return JSON.parse(text) as BotFile;
  } catch {
    // Torn by a crash in the middle of writing: as good as none.
    return null;
  }
}

/** In an agent's environment AO_URL and AO_TOKEN say where to go; otherwise the data directory does. Throws when no bot runs. */
export function botAddress(options: CommonOptions, env: Environment, cwd: string): BotAddress {
  const dataDir = findDataDir(options, env, cwd);
  const session = env.AO_SESSION || null;
  if (env.AO_URL && options.dataDir === undefined)
    return { url: env.AO_URL, token: env.AO_TOKEN || readToken(dataDir), session, dataDir };
  const bot = readBotFile(dataDir);
  if (bot === null) throw notRunning(dataDir);
  return { url: bot.url, token: readToken(dataDir), session, dataDir };
}

const readToken = (dataDir: string): string | null =>
  readOptional(path.join(dataDir, 'token'))?.trim() ?? null;

function readOptional(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new CliError(
      `${file} cannot be read (${code}). Run ao as the user that started the bot.`,
    );
  }
}
