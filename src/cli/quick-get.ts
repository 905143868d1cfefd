import type { BotAddress } from './bot-address.ts';
import { CliError } from './cli-error.ts';

/**
 * One GET of the API over a plain socket: loading node:http takes longer than the whole request. Speaks HTTP/1.0, so the answer is neither chunked nor
 * kept alive. Resolves with null whenever anything is out of the ordinary (https, another status, no bot): the full client then says what it is.
 */
export function quickGet(address: BotAddress, path: string, timeout: number): Promise<unknown> {
  const url = new URL(path, address.url);
  if (url.protocol !== 'http:') return Promise.resolve(null);
  const net = process.getBuiltinModule('node:net');
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = net.connect(Number(url.port || 80), url.hostname.replace(/^\[|\]$/g, ''));
    const giveUp = (): void => {
      socket.destroy();
      resolve(null);
    };
    socket.setTimeout(timeout, giveUp);
    socket.on('error', giveUp);
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('end', () => {
      socket.destroy();
      resolve(bodyOf(Buffer.concat(chunks)));
    });
    const authorization =
      address.token === null ? '' : `authorization: Bearer ${headerText(address.token)}\r\n`;
    socket.write(
      `GET ${url.pathname}${url.search} HTTP/1.0\r\nhost: ${url.host}\r\naccept: application/json\r\n${authorization}\r\n`,
    );
  });
}

function headerText(token: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new CliError(
    'the token of the bot contains characters that no token has.  Restart the bot with a new one.',
  );
}

/** Parsed body of a complete 200 answer, else null. */
function bodyOf(answer: Buffer): unknown {
  const end = answer.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const head = answer.toString('latin1', 0, end);
  if (!/^HTTP\/1\.[01] 200 /.test(head) || /^transfer-encoding:/im.test(head)) return null;
  const length = /^content-length:\s*(\d+)/im.exec(head)?.[1];
  const body = answer.subarray(end + 4);
  if (length !== undefined && Number(length) !== body.length) return null;
  return JSON.parse(body.toString('utf8'));
}
