import { mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createApi } from './api.ts';
import { type BotFile, readBotFile } from './bot-address.ts';
import type { Cli } from './cli.ts';
import { CliError } from './cli-error.ts';

/** A first start may make the sample repository and migrate, ms. */
const PATIENCE = 60_000;

/** Runs the same command line without --detach in the background; resolves when the bot answers. */
export async function startDetached(
  cli: Cli,
  argv: readonly string[],
  dataDir: string,
): Promise<BotFile> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const logFile = path.join(dataDir, 'bot.log');
  const log = openSync(logFile, 'a', 0o600);
  const { spawn } = process.getBuiltinModule('node:child_process');
  const child = spawn(
    process.execPath,
    argv.filter((word) => word !== '--detach'),
    {
      cwd: cli.cwd,
      env: cli.env as NodeJS.ProcessEnv,
      detached: true,
      stdio: ['ignore', log, log],
    },
  );
  let ended = false;
  child.once('exit', () => {
    ended = true;
  });
  child.unref();
  for (const deadline = cli.now() + PATIENCE; cli.now() < deadline && !ended; ) {
    const bot = readBotFile(dataDir);
    if (bot !== null && bot.pid === child.pid && (await answers(bot, dataDir))) return bot;
    await sleep(50);
  }
  const last = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-5);
  throw new CliError(
    `the bot ${ended ? 'ended' : 'does not answer'}.  The end of ${logFile}:`,
    1,
    last,
  );
}

/** Whether a bot answers at its address. */
export async function answers(bot: BotFile, dataDir: string): Promise<boolean> {
  try {
    await createApi({ url: bot.url, token: null, session: null, dataDir }, 2000).get('/healthz');
    return true;
  } catch (error) {
    // Any HTTP answer at all, JSON or not, is a sign of life.
    return error instanceof SyntaxError;
  }
}
