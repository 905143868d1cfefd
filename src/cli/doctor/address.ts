import net from 'node:net';
import type { DoctorFinding } from '../../slots/context.ts';
import { createApi } from '../api.ts';
import { readBotFile, tokenFor } from '../bot-address.ts';
import { answers } from '../start-detached.ts';
import { bad, type Finding, good, warn } from './finding.ts';

/** Longest wait for what the bot says of itself, ms: it asks its platforms. */
const PATIENCE = 30_000;

/** Is the bot running; if not, can it have its port? */
export async function examineAddress(
  host: string,
  port: number,
  dataDir: string,
): Promise<readonly Finding[]> {
  const bot = readBotFile(dataDir);
  if (bot !== null && (await answers(bot, dataDir)))
    return [
      good('bot', `runs at ${bot.url} (process ${bot.pid})`),
      ...(await askBot(bot.url, dataDir)),
    ];
  const crashed =
    bot === null
      ? []
      : [
          warn(
            'bot',
            `is not running, but left ${dataDir}/bot.json: it did not end in good order`,
            'Nothing is lost. Start it: ao start',
          ),
        ];
  return [...crashed, await examinePort(host, port)];
}

/** What the bot knows of itself: what it lost, what waits, how it stands with its platforms. */
async function askBot(url: string, dataDir: string): Promise<readonly Finding[]> {
  try {
    const token = tokenFor(url, dataDir);
    const api = createApi({ url, token, session: null, dataDir }, PATIENCE);
    const findings = await api.get<readonly DoctorFinding[]>('/api/doctor');
    return findings.map(asFinding);
  } catch (error) {
    return [
      warn(
        'bot',
        `does not say how it is: ${error instanceof Error ? error.message : String(error)}`,
        'Look into its log; ao doctor needs the token of this data directory.',
      ),
    ];
  }
}

function asFinding({ level, what, fix }: DoctorFinding): Finding {
  switch (level) {
    case 'ok':
      return good('bot', what);
    case 'warning':
      return warn('bot', what, fix ?? '');
    case 'error':
      return bad('bot', what, fix ?? '');
  }
}

function examinePort(host: string, port: number): Promise<Finding> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE'
          ? 'is taken by another program'
          : `cannot be used (${error.code})`;
      resolve(
        bad(
          'port',
          `${host}:${port} ${why}`,
          'Set port in ao.yaml, AO_PORT, or ao start --port, to another one.',
        ),
      );
    });
    server.listen(port, host, () =>
      server.close(() => resolve(good('port', `${host}:${port} is free`))),
    );
  });
}
