import { spawn } from 'node:child_process';
import { createServer, request, type Server } from 'node:http';
import { type AddressInfo, createServer as createSocketServer } from 'node:net';
import { Duplex } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../../src/lib/clock.ts';
import { until } from '../../../test/support/until.ts';
import { helperProgram } from './helper-program.ts';
import type { Place } from './place.ts';
import { openTunnel, type Tunnel } from './tunnel.ts';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const listening = (server: Server): Promise<number> =>
  new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  );
/** One that nobody has now. */
const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createSocketServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

/** This machine as a place whose loopback is another: the helper listens on a port of its own there. */
const helpers: ReturnType<typeof spawn>[] = [];
const here: Place = {
  async open([program = '', ...args]) {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    helpers.push(child);
    const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
    child.on('exit', () => stream.destroy());
    return {
      stream,
      errors: child.stderr,
      close() {
        child.stdin.end();
        stream.destroy();
      },
    };
  },
};

let server: Server;
let tunnel: Tunnel;
let there: number;

beforeEach(async () => {
  server = createServer((asked, answer) => {
    const parts: Buffer[] = [];
    asked.on('data', (part: Buffer) => parts.push(part));
    asked.on('end', () => answer.end(`${asked.url} ${Buffer.concat(parts).length}`));
  });
  const port = await listening(server);
  there = await freePort();
  tunnel = openTunnel({
    place: here,
    argv: [process.execPath, helperProgram(), `${there}`],
    port,
    clock: systemClock,
    logger: quiet,
    id: 'app-1',
  });
  await tunnel.ready;
});
afterEach(async () => {
  tunnel.close();
  await until(() =>
    helpers.every(({ exitCode, signalCode }) => exitCode !== null || signalCode !== null),
  );
  helpers.length = 0;
  server.closeAllConnections();
  server.close();
});

const ask = (path: string, body: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const asked = request({ port: there, host: '127.0.0.1', path, method: 'POST', agent: false });
    asked.on('error', reject);
    asked.on('response', (answer) => {
      let text = '';
      answer.on('error', reject);
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.on('end', () => resolve(text));
    });
    asked.end(body);
  });

it('carries many connections at once, whole', async () => {
  const body = 'x'.repeat(300_000);
  const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => ask(`/${n}`, body)));
  expect(answers).toEqual(Array.from({ length: 40 }, (_, n) => `/${n} 300000`));
});

it('is there again after its helper was killed', async () => {
  helpers[0]?.kill('SIGKILL');
  await until(async () => (await ask('/again', 'abc')) === '/again 3');
  expect(helpers).toHaveLength(2);
});

it('leaves no helper behind when it is closed', async () => {
  tunnel.close();
  await until(() => helpers[0]?.exitCode === 0);
  await expect(ask('/', '')).rejects.toThrow();
});
