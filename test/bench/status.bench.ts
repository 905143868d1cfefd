// Wall time of `ao status` with 100 sessions against that of an empty program on the same Node, in turns. `npm run bench status`
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { renderStatus } from '../../src/commands/status-table.ts';
import { packageRoot } from '../../src/lib/package-root.ts';
import { ensureBuilt } from '../support/built.ts';
import { prView, sessionView } from '../support/session-view.ts';
import { median, report } from './support/figures.ts';

const ROUNDS = 41;

const timeOf = (program: string, args: readonly string[]): Promise<number> =>
  new Promise((resolve, reject) => {
    const started = performance.now();
    spawn(program, args, { stdio: 'ignore' })
      .on('error', reject)
      .on('close', (code) =>
        code === 0
          ? resolve(performance.now() - started)
          : reject(new Error(`${program} ended with ${code}`)),
      );
  });

await ensureBuilt();
const dataDir = mkdtempSync(path.join(tmpdir(), 'ao-bench-'));
const sessions = Array.from({ length: 100 }, (_, index) =>
  sessionView({ id: `app-${index + 1}`, pr: index % 2 === 0 ? prView() : null }),
);
const shape = { now: Date.now(), columns: null, color: false };
const body = JSON.stringify({ text: renderStatus(sessions, {}, shape) });
const server = http.createServer((_, response) =>
  response.writeHead(200, { 'content-type': 'application/json' }).end(body),
);
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;
writeFileSync(
  path.join(dataDir, 'bot.json'),
  JSON.stringify({ pid: process.pid, host: '127.0.0.1', port, url: `http://127.0.0.1:${port}` }),
);

const bare: number[] = [];
const status: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  bare.push(await timeOf(process.execPath, ['-e', '0']));
  status.push(
    await timeOf(path.join(packageRoot(), 'bin', 'ao'), ['status', '--data-dir', dataDir]),
  );
}
server.close();
rmSync(dataDir, { recursive: true });
report('status', [
  {
    what: `ao status against a server that answers at once, 100 sessions (${Math.round(body.length / 1024)} KiB)`,
    value: median(status),
    unit: 'ms',
    floor: { what: 'node -e 0', value: median(bare) },
    limit: 1.5,
    runs: ROUNDS,
  },
]);
