// A bot with 100 live sessions: memory, what it does when nothing happens, messages to an agent, `ao status`.

import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { SessionView } from '../../src/commands/views.ts';
import { packageRoot } from '../../src/lib/package-root.ts';
import { until } from '../support/until.ts';
import { type BenchBot, startBenchBot } from './support/bench-bot.ts';
import { makeBenchWorld, run } from './support/bench-world.ts';
import { type Figure, median, report } from './support/figures.ts';
import { processCosts } from './support/process-costs.ts';

const SESSIONS = 100;
const AT_ONCE = 10;
const IDLE_MS = Number(process.env.AO_BENCH_IDLE_MS ?? 30_000);
const MESSAGES = 25;
const STATUS_ROUNDS = 21;

const world = makeBenchWorld();

async function fill(bot: BenchBot): Promise<void> {
  for (let from = 0; from < SESSIONS; from += AT_ONCE) {
    const texts = Array.from({ length: AT_ONCE }, (_, index) => `session number ${from + index}`);
    await Promise.all(
      texts.map(async (text) =>
        Promise.all([
          bot.spawn('app', text),
          world.signals.next(
            (words) => words.startsWith('started ') && words.endsWith(` ${text}`),
            60_000,
          ),
        ]),
      ),
    );
  }
  await until(
    async () =>
      (await bot.get<readonly SessionView[]>('/api/sessions')).filter(
        (session) => session.steers.length === 0,
      ).length === SESSIONS,
    60_000,
    '100 agents that took their task',
  );
}

async function idle(bot: BenchBot): Promise<readonly Figure[]> {
  // What the last spawns left to do.
  await pause(3_000);
  const tmux = await bot.tmuxPid();
  const [before, server] = [processCosts(bot.pid), processCosts(tmux)];
  await pause(IDLE_MS);
  const [after, serverAfter] = [processCosts(bot.pid), processCosts(tmux)];
  return [
    {
      what: `RSS of the bot, ${SESSIONS} sessions`,
      value: after.rssMiB,
      unit: 'MiB',
      limit: 120,
      runs: 1,
    },
    {
      what: `CPU of the idle bot, ${SESSIONS} sessions, 30 s`,
      value: ((after.cpuMs - before.cpuMs) / IDLE_MS) * 100,
      unit: '%',
      runs: 1,
    },
    {
      what: 'CPU of its tmux server meanwhile',
      value: ((serverAfter.cpuMs - server.cpuMs) / IDLE_MS) * 100,
      unit: '%',
      runs: 1,
    },
    {
      what: 'faults of subprocesses the idle bot ran (none: 0)',
      value: after.childFaults - before.childFaults,
      unit: 'processes',
      limit: 0,
      runs: 1,
    },
  ];
}

async function steer(bot: BenchBot, session: string): Promise<Figure> {
  const times: number[] = [];
  for (let n = 0; n < MESSAGES; n += 1) {
    const started = performance.now();
    const sent = bot.post(`/api/sessions/${session}/message`, { text: `message ${n}` });
    times.push(
      (await world.signals.next((words) => words === `line ${session} message ${n}`)).at - started,
    );
    await sent;
    await until(
      async () => (await bot.get<SessionView>(`/api/sessions/${session}`)).steers.length === 0,
    );
    await pause(100);
  }
  return {
    what: 'message request to the line in the idle agent',
    value: median(times),
    unit: 'ms',
    limit: 50,
    runs: MESSAGES,
  };
}

async function answer(bot: BenchBot): Promise<Figure> {
  const times: number[] = [];
  for (let round = 0; round < STATUS_ROUNDS; round += 1) {
    const started = performance.now();
    await bot.get('/api/sessions');
    times.push(performance.now() - started);
  }
  return {
    what: `GET /api/sessions, ${SESSIONS} sessions`,
    value: median(times),
    unit: 'ms',
    runs: STATUS_ROUNDS,
  };
}

async function status(bot: BenchBot): Promise<Figure> {
  const bare: number[] = [];
  const ao: number[] = [];
  const timed = async (program: string, args: readonly string[]): Promise<number> => {
    const started = performance.now();
    await run(program, args, { env: world.env });
    return performance.now() - started;
  };
  for (let round = 0; round < STATUS_ROUNDS; round += 1) {
    bare.push(await timed(process.execPath, ['-e', '0']));
    ao.push(await timed(join(packageRoot(), 'bin', 'ao'), ['status', '--data-dir', bot.dataDir]));
  }
  return {
    what: `ao status, ${SESSIONS} sessions`,
    value: median(ao),
    unit: 'ms',
    floor: { what: 'node -e 0', value: median(bare) },
    limit: 1.5,
    runs: STATUS_ROUNDS,
  };
}

try {
  const repo = world.repository('app', 20);
  const bot = await startBenchBot(world, 'sessions', [{ id: 'app', path: repo.path }]);
  try {
    const empty = processCosts(bot.pid).rssMiB;
    await fill(bot);
    const quiet = await idle(bot);
    report('sessions', [
      {
        what: 'start of the bot to its address, no session',
        value: bot.startedAfter,
        unit: 'ms',
        runs: 1,
      },
      { what: 'RSS of the bot, no session', value: empty, unit: 'MiB', runs: 1 },
      ...quiet,
      await steer(bot, 'app-50'),
      await answer(bot),
      await status(bot),
    ]);
  } finally {
    await bot.stop();
  }
} finally {
  world.close();
}
