import { hostname, networkInterfaces } from 'node:os';
import path from 'node:path';
import { readOwnFile } from '../lib/guarded/own-file.ts';
import { FileRefused } from '../lib/guarded/problem.ts';
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
    return {
      url: env.AO_URL,
      token: env.AO_TOKEN || tokenFor(env.AO_URL, dataDir),
      session,
      dataDir,
    };
  const bot = readBotFile(dataDir);
  if (bot === null) throw notRunning(dataDir);
  return { url: bot.url, token: tokenFor(bot.url, dataDir), session, dataDir };
}

/** The token of the data directory is the admin's: it goes to this machine only. Elsewhere AO_TOKEN says which one is meant. */
export function tokenFor(url: string, dataDir: string): string | null {
  const token = readOptional(path.join(dataDir, 'token'))?.trim() ?? null;
  if (token === null || isThisMachine(url)) return token;
  throw new CliError(
    `the address ${url} isn't one of this machine, and the token in ${dataDir} is for this machine only.  Set AO_URL and AO_TOKEN to go there.`,
  );
}

function isThisMachine(url: string): boolean {
  const host = URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : '';
  if (host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)) return true;
  return (
    host === hostname().toLowerCase() ||
    Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === host))
  );
}

function readOptional(file: string): string | null {
  try {
    return readOwnFile(file);
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error;
    if (error.problem.kind === 'no_folder') return null;
    throw new CliError(`${error.message}  Run ao as the user that started the bot.`);
  }
}
