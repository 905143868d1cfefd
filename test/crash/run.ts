import { setTimeout as wait } from 'node:timers/promises';
import { type CrashWorld, crashWorld } from './crash-world.ts';
import type { Platform } from './people.ts';
import { play } from './scenario.ts';
import { differences, type Visible, visibleResult } from './visible.ts';

/** When the bot dies: at each of these steps of the outbox once, or so many ms after the person began. */
export type Death =
  | { readonly type: 'steps'; readonly steps: readonly string[] }
  | { readonly type: 'moments'; readonly at: readonly number[] };

export interface Run {
  readonly platform: Platform;
  readonly death: Death | null;
  readonly kills: number;
  readonly ms: number;
  readonly steps: readonly string[];
  readonly result: Visible | null;
  /** What differs from the run nobody killed, or the error that ended the run. */
  readonly wrong: readonly string[];
}

export const described = (death: Death | null): string =>
  death === null
    ? 'not killed'
    : death.type === 'steps'
      ? death.steps.join(', ')
      : `at ${death.at.join(', ')} ms`;

/** Plays the scenario once, in a world of its own. Never throws. */
export async function run(
  platform: Platform,
  death: Death | null,
  expected: Visible | null,
): Promise<Run> {
  const began = performance.now();
  let world: CrashWorld | null = null;
  const over = new AbortController();
  try {
    world = await crashWorld(death?.type === 'steps' ? { dieAt: death.steps } : {});
    const killing =
      death?.type === 'moments' ? kill(world, death.at, over.signal) : Promise.resolve();
    await play(world, platform);
    over.abort();
    await killing;
    const result = await visibleResult(world);
    const wrong = expected === null ? [] : differences(expected, result);
    return {
      platform,
      death,
      kills: world.kills(),
      ms: performance.now() - began,
      steps: world.steps(),
      result,
      wrong,
    };
  } catch (error) {
    const { message, cause } = error as Error;
    const state = world === null ? [] : await stateOf(world, platform);
    const wrong = [`${message}${cause == null ? '' : ` (${String(cause)})`}`, ...state];
    return {
      platform,
      death,
      kills: world?.kills() ?? 0,
      ms: performance.now() - began,
      steps: world?.steps() ?? [],
      result: null,
      wrong,
    };
  } finally {
    over.abort();
    await world?.close();
  }
}

/** What an unfinished run shows, for whoever looks into it. */
async function stateOf(world: CrashWorld, platform: Platform): Promise<readonly string[]> {
  const lines = await world.people[platform]
    .thread()
    .catch((error: unknown) => [{ text: String(error), buttons: [], reactions: [] }]);
  return [
    ...lines.map(
      (line) =>
        `shown: ${line.text.split('\n').slice(0, 2).join(' / ')} ${line.buttons.map((label) => `[${label}]`).join('')}`,
    ),
    ...world.accepted().map((text) => `agent: ${text.split('\n')[0] ?? ''}`),
    ...world.unfinished().map((job) => `waits: ${job}`),
    ...world.failed().map((job) => `failed: ${job}`),
    ...world.complaints(),
  ];
}

async function kill(
  world: CrashWorld,
  moments: readonly number[],
  signal: AbortSignal,
): Promise<void> {
  const began = performance.now();
  for (const at of moments.toSorted((a, b) => a - b)) {
    // The moment is what is random here, not something to wait for.
    await wait(Math.max(0, at - (performance.now() - began)), undefined, { signal }).catch(
      () => {},
    );
    if (signal.aborted) return;
    world.kill();
  }
}
