import net from 'node:net';
import { readBotFile } from '../bot-address.ts';
import { answers } from '../start-detached.ts';
import { bad, type Finding, good, warn } from './finding.ts';

/** Is the bot running; if not, can it have its port? */
export async function examineAddress(
  host: string,
  port: number,
  dataDir: string,
): Promise<readonly Finding[]> {
  const bot = readBotFile(dataDir);
  if (bot !== null && (await answers(bot, dataDir)))
    return [good('bot', `runs at ${bot.url} (process ${bot.pid})`)];
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
