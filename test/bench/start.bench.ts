// The second `npm start` until the address is printed: nothing to install, nothing to build, on the sample project.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { defaultSocket } from '../../plugins/shared/tmux/config.ts';
import { packageRoot } from '../../src/lib/package-root.ts';
import { until } from '../support/until.ts';
import { firstLine } from './support/bench-bot.ts';
import { makeBenchWorld, run } from './support/bench-world.ts';
import { median, report } from './support/figures.ts';

const ROUNDS = 5;
const world = makeBenchWorld();
try {
  const once = async (program: string, args: readonly string[]): Promise<number> => {
    const started = performance.now();
    const child = spawn(program, args, {
      cwd: packageRoot(),
      env: { ...world.env, AO_DATA_DIR: join(world.path, 'data'), AO_PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    await firstLine(child, 'ao runs at');
    const took = performance.now() - started;
    // npm and its shell pass the signal on to nobody, so the whole group gets it.
    process.kill(-(child.pid ?? 0), 'SIGTERM');
    await until(
      () => child.exitCode !== null || child.signalCode !== null,
      20_000,
      'the end of the bot',
    );
    return took;
  };
  const npm = (): Promise<number> => once('npm', ['start', '--silent']);
  const alone = (): Promise<number> =>
    once(process.execPath, [join(packageRoot(), 'dist', 'ao.cjs'), 'start']);
  // The first one makes the sample project.
  await npm();
  const times: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    times.push(await npm());
    bare.push(await alone());
  }
  report('start', [
    {
      what: 'second npm start, to the address',
      value: median(times),
      unit: 'ms',
      limit: 2_000,
      runs: ROUNDS,
    },
    { what: 'the bot alone, to the address', value: median(bare), unit: 'ms', runs: ROUNDS },
  ]);
} finally {
  // The tmux server of the bot outlives it, as it should.
  await run('tmux', [
    '-L',
    defaultSocket(join(world.path, 'data', 'plugins', 'runtime', 'tmux')),
    'kill-server',
  ]).catch(() => undefined);
  world.close();
}
