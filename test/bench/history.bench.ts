// What a year of ended sessions costs: starts of the same bot with 100 live sessions (sleeping agents) and 0, 1,000 and 10,000 ended ones, in
// turns with a bot that has none at all. AO_BENCH_LIVE=300 AO_BENCH_ENDED=0 (or 1000 live) looks for the knee of live ones.
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { SessionView } from '../../src/commands/views.ts';
import { kvStore } from '../../src/db/kv-store.ts';
import { loadSnapshots } from '../../src/db/load-snapshots.ts';
import { closeDatabase, openDatabase } from '../../src/db/open.ts';
import { liveIds } from '../../src/db/session-store.ts';
import { packageRoot } from '../../src/lib/package-root.ts';
import { seedHistory } from '../support/history.ts';
import { until } from '../support/until.ts';
import { type BenchBot, startBenchBot } from './support/bench-bot.ts';
import { makeBenchWorld } from './support/bench-world.ts';
import { type Figure, median, report } from './support/figures.ts';
import { processCosts } from './support/process-costs.ts';

const LIVE = Number(process.env.AO_BENCH_LIVE ?? 100);
const ENDED = (process.env.AO_BENCH_ENDED ?? '0,1000,10000').split(',').map(Number);
const ROUNDS = Number(process.env.AO_BENCH_ROUNDS ?? 5);
const AT_ONCE = 10;
/** After the address the live ones are looked at, and what came meanwhile is taken in, ms. */
const SETTLES = 5_000;
const IDLE_MS = 20_000;
const TIMELINES_KEPT = 90 * 86_400_000;

const world = makeBenchWorld();
const repo = world.repository('app', 20);

const started = (name: string): Promise<BenchBot> =>
  startBenchBot(world, name, [{ id: 'app', path: repo.path }]);

async function fill(bot: BenchBot): Promise<void> {
  for (let from = 0; from < LIVE; from += AT_ONCE)
    await Promise.all(
      Array.from({ length: Math.min(AT_ONCE, LIVE - from) }, (_, index) =>
        bot.spawn('app', `session number ${from + index}`),
      ),
    );
  await until(
    async () =>
      (await bot.get<readonly SessionView[]>('/api/sessions')).filter(
        (session) => session.steers.length === 0,
      ).length === LIVE,
    1_800_000,
    `${LIVE} agents that took their task`,
  );
}

/** Between two runs of the bot. */
function seed(dataDir: string, from: number, count: number): void {
  const db = openDatabase(join(dataDir, 'ao.db'), join(packageRoot(), 'migrations'));
  const [stored] = loadSnapshots(db, liveIds(db).slice(0, 1));
  if (stored === undefined) throw new Error('no session is live');
  const lastEnd = Date.now() - 3_600_000;
  seedHistory(db, stored.snapshot, count, lastEnd, from);
  // As a bot leaves it that was there all the time.
  kvStore(db, 'housekeeping').set('timelines', { at: lastEnd - TIMELINES_KEPT, id: '' });
  closeDatabase(db);
}

interface Start {
  readonly ms: number;
  readonly cpuMs: number;
  readonly rssMiB: number;
}

/** One start and stop. CPU and memory are those some seconds after the address, when what begins with a start is over. */
async function start(name: string): Promise<Start> {
  const bot = await started(name);
  await pause(SETTLES);
  const { cpuMs, rssMiB } = processCosts(bot.pid);
  await bot.stop();
  return { ms: bot.startedAfter, cpuMs, rssMiB };
}

const middle = (starts: readonly Start[], of: keyof Start): number =>
  median(starts.map((one) => one[of]));

/** In turns with the bot that has nothing, so that ratios hold on a busy machine. */
async function starts(ended: number, bare: Start | null): Promise<[Start, readonly Figure[]]> {
  const own: Start[] = [];
  const empty: Start[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    empty.push(await start('empty'));
    own.push(await start('history'));
  }
  const what = `${LIVE} live and ${ended.toLocaleString('en')} ended`;
  const now: Start = {
    ms: middle(own, 'ms'),
    cpuMs: middle(own, 'cpuMs'),
    rssMiB: middle(own, 'rssMiB'),
  };
  const floor = (of: 'ms' | 'cpuMs') => ({ what: 'no session', value: middle(empty, of) });
  return [
    now,
    [
      {
        what: `start to the address, ${what}`,
        value: now.ms,
        unit: 'ms',
        floor: floor('ms'),
        limit: 1.5,
        runs: ROUNDS,
      },
      {
        what: `CPU of a start and ${SETTLES / 1_000} s, ${what}`,
        value: now.cpuMs,
        unit: 'ms',
        floor: floor('cpuMs'),
        runs: ROUNDS,
      },
      { what: `RSS then, ${what}`, value: now.rssMiB, unit: 'MiB', runs: ROUNDS },
      ...(bare === null
        ? []
        : ([
            {
              what: `RSS more than with none ended, ${what}`,
              value: now.rssMiB - bare.rssMiB,
              unit: 'MiB',
              limit: 10,
              runs: ROUNDS,
            },
          ] as const)),
    ],
  ];
}

const timed = async (ask: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await ask();
  return performance.now() - began;
};

/** What a running bot takes for lists, and when nothing happens. */
async function running(ended: number): Promise<readonly Figure[]> {
  const bot = await started('history');
  try {
    const figures: Figure[] = [];
    const what = `${LIVE} live and ${ended.toLocaleString('en')} ended`;
    for (const path of [
      '/api/sessions',
      '/api/sessions?all=1&limit=100',
      '/api/sessions?all=1&text=pump%20number%2017&limit=100',
    ]) {
      const times: number[] = [];
      for (let round = 0; round < 11; round += 1) times.push(await timed(() => bot.get(path)));
      figures.push({ what: `GET ${path}, ${what}`, value: median(times), unit: 'ms', runs: 11 });
    }
    await pause(SETTLES);
    const before = processCosts(bot.pid);
    await pause(IDLE_MS);
    const idle = ((processCosts(bot.pid).cpuMs - before.cpuMs) / IDLE_MS) * 100;
    figures.push({ what: `CPU of the idle bot, ${what}`, value: idle, unit: '%', runs: 1 });
    return figures;
  } finally {
    await bot.stop();
  }
}

try {
  await start('empty');
  const first = await started('history');
  const took = await timed(() => fill(first));
  await first.stop();
  const figures: Figure[] = [
    { what: `spawning ${LIVE}, ten at once`, value: took / 1_000, unit: 's', runs: 1 },
  ];
  let bare: Start | null = null;
  let there = 0;
  for (const ended of ENDED) {
    if (ended > 0) seed(first.dataDir, there, ended);
    there = ended;
    const [now, found] = await starts(ended, bare);
    bare ??= now;
    figures.push(...found, ...(await running(ended)));
    report('history', figures);
  }
} finally {
  world.close();
}
