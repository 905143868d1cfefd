// `npm run test:crash`: the scenario is killed before and after every step of the outbox, and at random moments. Writes the report.
// --random N (200)  --parallel N (2)  --seed N  --only TEXT (runs with this in their name)
// --state FILE --minutes N: stop after so long and go on from there with the next call (exit code 3)  --report FILE (docs/crash-matrix.md)
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import buildOnce from '../support/build-once.ts';
import type { Platform } from './people.ts';
import { crashReport } from './report.ts';
import { type Death, described, type Run, run } from './run.ts';

const { values } = parseArgs({
  options: {
    random: { type: 'string', default: '200' },
    parallel: { type: 'string', default: String(Math.max(1, cpus().length)) },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    state: { type: 'string', default: '' },
    minutes: { type: 'string', default: '600' },
    only: { type: 'string', default: '' },
    report: {
      type: 'string',
      default: join(import.meta.dirname, '..', '..', 'docs', 'crash-matrix.md'),
    },
  },
});

const PLATFORMS = ['web', 'slack', 'discord'] as const satisfies readonly Platform[];

/** Repeatable: the seed of a run is in its report. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

interface State {
  readonly seed: number;
  readonly unkilled: readonly Run[];
  readonly runs: readonly Run[];
}

/** A file to go on from: the whole takes its time, and may be done in parts. */
const read = (file: string): State =>
  file !== '' && existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as State)
    : { seed: Number(values.seed), unkilled: [], runs: [] };

async function unkilledRuns(): Promise<readonly Run[]> {
  const runs: Run[] = [];
  for (const platform of PLATFORMS) {
    const base = await run(platform, null, null);
    if (base.result === null || base.result.failed.length > 0)
      throw new Error(
        `The run without a kill does not come to its end on ${platform}:\n${base.wrong.join('\n')}`,
      );
    runs.push(base);
    console.log(`not killed on ${platform}: ${Math.round(base.ms)} ms, ${base.steps.length} steps`);
  }
  return runs;
}

type Planned = { readonly platform: Platform; readonly death: Death };

/** Deaths in one run: far apart, so that each is the first thing the bot has to get over. */
const PER_RUN = 6;

/** Every step of any of the runs nobody killed, and then the random moments. */
function plan(unkilled: readonly Run[], seed: number): readonly Planned[] {
  const all = [...new Set(unkilled.flatMap((base) => stepsOf(base.steps)))].filter((step) =>
    step.includes(values.only),
  );
  const owners = all.map((step, at) => {
    const having = unkilled.filter((base) => base.steps.includes(step));
    return { step, platform: having[at % having.length]?.platform };
  });
  const steps = unkilled.flatMap(({ platform }) =>
    spread(owners.filter((owner) => owner.platform === platform).map((owner) => owner.step)).map(
      (part): Planned => ({ platform, death: { type: 'steps', steps: part } }),
    ),
  );
  const random = numbers(seed);
  const runs = Math.ceil(Number(values.random) / PER_RUN);
  const moments = Array.from({ length: runs }, (_, n): Planned => {
    const base = unkilled[n % unkilled.length];
    return {
      platform: base?.platform ?? 'web',
      death: {
        type: 'moments',
        at: Array.from({ length: PER_RUN }, () => Math.round(random() * (base?.ms ?? 0) * 1.5)),
      },
    };
  });
  return [...steps, ...moments];
}

/** Cards are drawn as often as time allows, so only the first of those drawings are the same in every run. */
const CARDS = 4;
const stepsOf = (steps: readonly string[]): readonly string[] =>
  steps.filter((step) => !step.includes(' chat.card:') || Number(step.split(' ').at(-1)) <= CARDS);

function spread(steps: readonly string[]): readonly (readonly string[])[] {
  const runs = Math.ceil(steps.length / PER_RUN);
  return Array.from({ length: runs }, (_, n) => steps.filter((_step, at) => at % runs === n));
}

async function main(): Promise<number> {
  await buildOnce();
  const until = Date.now() + Number(values.minutes) * 60_000;
  const known = read(values.state);
  const { seed } = known;
  const unkilled = known.unkilled.length > 0 ? known.unkilled : await unkilledRuns();
  const all = plan(unkilled, seed);
  const name = (one: { platform: Platform; death: Death | null }): string =>
    `${one.platform} ${described(one.death)}`;
  const done: Run[] = [...known.runs];
  const through = new Set(done.map(name));
  const todo = all.filter((one) => !through.has(name(one)));
  const save = (): void => {
    if (values.state !== '')
      writeFileSync(
        values.state,
        JSON.stringify({ seed, unkilled, runs: done.map((one) => ({ ...one, result: null })) }),
      );
  };
  const worker = async (): Promise<void> => {
    for (let next = todo.shift(); next !== undefined && Date.now() < until; next = todo.shift()) {
      const expected = unkilled.find((base) => base.platform === next?.platform)?.result ?? null;
      const one = await run(next.platform, next.death, expected);
      done.push(one);
      save();
      console.log(
        `${done.length}/${all.length} ${name(one)}: ${one.wrong.length === 0 ? 'same' : 'DIFFERENT'}, ${one.kills} killed, ${Math.round(one.ms)} ms`,
      );
      for (const line of one.wrong) console.log(`    ${line}`);
    }
  };
  await Promise.all(Array.from({ length: Number(values.parallel) }, worker));
  const wrong = done.filter((one) => one.wrong.length > 0).length;
  const left = all.length - done.length;
  console.log(`${done.length} of ${all.length} runs, ${wrong} different.`);
  writeFileSync(values.report, crashReport(unkilled, done, all.length, seed));
  if (left > 0) return 3;
  console.log(values.report);
  return wrong === 0 ? 0 : 1;
}

process.exitCode = await main();
