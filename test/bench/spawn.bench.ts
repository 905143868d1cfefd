// From the request to the agent's first instruction, against `git worktree add` + `tmux new-session` of the same program, in turns.
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type BenchBot, startBenchBot } from './support/bench-bot.ts';
import { makeBenchWorld, run } from './support/bench-world.ts';
import { type Figure, median, report } from './support/figures.ts';

const ROUNDS = Number(process.env.AO_BENCH_ROUNDS ?? 15);
/** What a spawn leaves to do after the agent runs (thread, card) must not be counted with the next one. */
const SETTLE_MS = 300;

/** `small`, `large`, `once`: a part of it, while something is being made faster. */
const part = process.env.AO_BENCH_PART ?? null;
const wanted = (name: string): boolean => part === null || part === name;

const world = makeBenchWorld();
const floorSocket = world.socket('floor');

async function floor(repo: string, name: string): Promise<number> {
  const path = join(world.path, 'floor', name);
  const started = performance.now();
  await run('git', ['worktree', 'add', '--quiet', '-b', name, path, 'main'], {
    cwd: repo,
    env: world.env,
  });
  await run(
    'tmux',
    [
      '-L',
      floorSocket,
      '-f',
      '/dev/null',
      'new-session',
      '-d',
      '-s',
      name,
      '-c',
      path,
      '--',
      world.agent,
      'floor',
      name,
    ],
    { env: world.env },
  );
  return (await world.signals.next((words) => words.startsWith(`started ${name} `))).at - started;
}

async function viaAo(bot: BenchBot, project: string, text: string): Promise<number> {
  const started = performance.now();
  const spawned = bot.spawn(project, text);
  const first = await world.signals.next(
    (words) => words.startsWith('started ') && words.endsWith(` ${text}`),
  );
  await spawned;
  return first.at - started;
}

async function inTurns(
  bot: BenchBot,
  project: string,
  repo: string,
  label: string,
): Promise<Figure> {
  const ao: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < ROUNDS + 2; round += 1) {
    const one = await floor(repo, `${project}-floor-${round}`);
    await pause(SETTLE_MS);
    const other = await viaAo(bot, project, `${project} round ${round}`);
    await pause(SETTLE_MS);
    // The first two fill caches, of the kernel and of both programs.
    if (round < 2) continue;
    bare.push(one);
    ao.push(other);
  }
  return {
    what: `spawn to first instruction, ${label}`,
    value: median(ao),
    unit: 'ms',
    floor: { what: 'git worktree add + tmux new-session', value: median(bare) },
    limit: 2,
    runs: ROUNDS,
  };
}

async function atOnce(bot: BenchBot, repo: string, count: number): Promise<readonly Figure[]> {
  const texts = Array.from({ length: count }, (_, index) => `at once ${count} ${index}`);
  const floorStarted = performance.now();
  // git's own lock lets only one at a time add a worktree, so the floor does them in a row.
  for (const index of texts.keys()) await floor(repo, `once-${count}-${index}`);
  const bare = performance.now() - floorStarted;
  await pause(SETTLE_MS);
  const started = performance.now();
  const done = await Promise.allSettled(texts.map((text) => viaAo(bot, 'small', text)));
  const took = performance.now() - started;
  return [
    {
      what: `of ${count} spawns at once, without an agent`,
      value: done.filter((one) => one.status === 'rejected').length,
      unit: 'sessions',
      limit: 0,
      runs: 1,
    },
    {
      what: `${count} spawns at once, to the last one's first instruction`,
      value: took,
      unit: 'ms',
      floor: { what: `${count} times the floor in a row`, value: bare },
      runs: 1,
    },
  ];
}

try {
  const small = world.repository('small', 20);
  const large = world.repository('large', 5_000);
  await run(
    'tmux',
    [
      '-L',
      floorSocket,
      '-f',
      '/dev/null',
      'new-session',
      '-d',
      '-s',
      'keep',
      '--',
      'sleep',
      '100000',
    ],
    { env: world.env },
  );
  const bot = await startBenchBot(world, 'spawn', [
    { id: 'small', path: small.path },
    { id: 'large', path: large.path },
  ]);
  try {
    report('spawn', [
      ...(wanted('small') ? [await inTurns(bot, 'small', small.path, '20 files')] : []),
      ...(wanted('large') ? [await inTurns(bot, 'large', large.path, '5,000 files')] : []),
      ...(wanted('once')
        ? [...(await atOnce(bot, small.path, 10)), ...(await atOnce(bot, small.path, 20))]
        : []),
    ]);
  } finally {
    await bot.stop();
  }
} finally {
  world.close();
}
