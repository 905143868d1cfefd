// From the moment a check fails (its last command ran) to the first line of the message about it in the agent.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SessionView } from '../../src/commands/views.ts';
import { until } from '../support/until.ts';
import { type BenchBot, startBenchBot } from './support/bench-bot.ts';
import { type BenchWorld, makeBenchWorld, run } from './support/bench-world.ts';
import { median, report } from './support/figures.ts';

const ROUNDS = 9;

async function redOnce(world: BenchWorld, bot: BenchBot, round: number): Promise<number> {
  const { id } = await bot.spawn('app', `make check ${round} red`);
  const path = await until(async () => {
    const session = await bot.get<SessionView>(`/api/sessions/${id}`);
    return session.steers.length === 0 ? session.workspacePath : null;
  });
  writeFileSync(join(path, 'change.txt'), `${round}\n`);
  await run('git', ['add', '-A'], { cwd: path, env: world.env });
  await run('git', ['commit', '-q', '-m', `change ${round}`], { cwd: path, env: world.env });
  await bot.post(`/api/sessions/${id}/pr`, { title: `Change ${round}` });
  const red = await world.signals.next((words) => words === 'red');
  const told = await world.signals.next((words) => words.startsWith(`line ${id} `));
  await bot.post(`/api/sessions/${id}/kill`, {});
  return told.at - red.at;
}

const world = makeBenchWorld();
try {
  const repo = world.repository('app', 20);
  const bot = await startBenchBot(world, 'red', [
    {
      id: 'app',
      path: repo.path,
      check: `echo "src/part-0/file-1.ts:3: error: expected 1, got 2"; echo red > '${world.signals.path}'; exit 1`,
    },
  ]);
  try {
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) times.push(await redOnce(world, bot, round));
    report('red-check', [
      {
        what: 'check turns red to the message in the agent',
        value: median(times),
        unit: 'ms',
        limit: 1_000,
        runs: ROUNDS,
      },
    ]);
    console.log(`  each: ${times.map((time) => time.toFixed(0)).join(' ')}`);
  } finally {
    await bot.stop();
  }
} finally {
  world.close();
}
