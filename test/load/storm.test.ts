import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { SessionView } from '../../src/commands/views.ts';
import { type BotWorld, botWorld } from '../support/bot.ts';
import { until } from '../support/until.ts';

/** 6 sessions in the tests; 100 with `npm run test:storm`, which writes the figures down. */
const SESSIONS = Number(process.env.AO_STORM_SESSIONS ?? '6');
const TURNS = 5;
const TOOLS = 15;
/** What a click may take until it is acknowledged: Slack and Discord wait for 3 s. More only where the machine is slow anyway. */
const ACK_LIMIT = 3_000;
const ROOT = join(import.meta.dirname, '..', '..');

let world: BotWorld;
afterEach(() => world.close());

const metric = (text: string, name: string): number =>
  Number(new RegExp(`^${name} ([\\d.e+]+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
const say = (session: string, ...events: readonly object[]): void =>
  appendFileSync(
    join(world.dataDir, 'agents', session, 'events.jsonl'),
    events.map((event) => `${JSON.stringify({ at: Date.now(), ...event })}\n`).join(''),
  );
const sessions = (): Promise<readonly SessionView[]> => world.api.get('/api/sessions');

/** Everything an agent may tell in a turn, all at once. */
function turn(session: string, n: number): void {
  const tools = Array.from({ length: TOOLS }, (_, tool) => ({
    type: 'tool',
    summary: `step ${tool} of turn ${n}`,
  }));
  say(session, { type: 'active' }, ...tools, {
    type: 'usage',
    models: [{ model: 'demo', inputTokens: n * 100, outputTokens: n * 10, usd: n / 100 }],
  });
  say(session, { type: 'ready', message: `Turn ${n} of ${session} is over.` });
}

const ack = async (): Promise<number> => {
  const began = performance.now();
  await world.me.command('/ao help');
  return performance.now() - began;
};

const memory = async (): Promise<number> => {
  const text = await world.api.text('/metrics');
  return metric(text, 'process_resident_memory_bytes') / 2 ** 20;
};

it(`a storm of events in ${SESSIONS} sessions at once: memory stays bounded, acks come in time, and the rest catches up whole`, async () => {
  world = await botWorld({
    project: { agent: 'still', checks: [] },
    config: {
      agents: {
        still: {
          plugin: 'command',
          command: ['/bin/sh', join(ROOT, 'test/fixtures/still-agent.sh'), '{prompt}'],
        },
      },
      limits: { maxSessions: SESSIONS + 5, memory: { perSession: 0 } },
    },
  });
  await world.start();
  for (let n = 1; n <= SESSIONS; n += 1) await world.me.command(`/ao spawn "Task ${n}"`);
  const taken = new Set<string>();
  await until(
    async () => {
      const all = await sessions();
      for (const { id, steers } of all) {
        if (taken.has(id) || steers[0]?.state !== 'typed') continue;
        taken.add(id);
        say(id, { type: 'accepted', text: steers[0].text }, { type: 'ready', message: 'Here.' });
      }
      return all.length === SESSIONS && all.every(({ status }) => status === 'idle');
    },
    400_000,
    'every agent to rest',
  );
  const all = await sessions();
  const before = await memory();
  const calm = await ack();
  let highest = before;
  const acks: number[] = [];
  let over = false;
  let failure: unknown = null;
  const people = (async () => {
    while (!over) {
      acks.push(await ack());
      highest = Math.max(highest, await memory());
    }
  })().catch((error: unknown) => {
    failure = error;
  });
  const began = performance.now();
  for (let n = 1; n <= TURNS; n += 1) for (const { id } of all) turn(id, n);
  const last = (id: string): string => `Turn ${TURNS} of ${id} is over.`;
  const told = async (id: string): Promise<readonly string[]> =>
    (await world.me.messages(id)).flatMap(
      (row) => /Turn \d+ of \S+ is over\./.exec(row.message?.text ?? '') ?? [],
    );
  // One after the other, so that looking is no storm of its own.
  for (const { id } of all) await world.me.sees(id, last(id), 300_000);
  const caughtUp = performance.now() - began;
  over = true;
  await people;
  expect(failure).toBeNull();

  for (const { id } of all) {
    expect(await told(id)).toEqual(
      Array.from({ length: TURNS }, (_, n) => `Turn ${n + 1} of ${id} is over.`),
    );
    const view = await world.me.view(id);
    expect([view.status, view.usage.map((one) => one.inputTokens)]).toEqual([
      'idle',
      [TURNS * 100],
    ]);
  }
  const slowest = Math.max(...acks);
  const middle = acks.toSorted((a, b) => a - b)[Math.floor(acks.length / 2)] ?? 0;
  const figures = {
    sessions: SESSIONS,
    events: SESSIONS * TURNS * (TOOLS + 3),
    caughtUpSeconds: Math.round(caughtUp / 1_000),
    ackMedianMs: Math.round(middle),
    ackSlowestMs: Math.round(slowest),
    memoryBeforeMiB: Math.round(before),
    memoryHighestMiB: Math.round(highest),
  };
  if (SESSIONS >= 100) write(figures);
  expect(figures.ackSlowestMs).toBeLessThan(Math.max(ACK_LIMIT, 20 * calm));
  expect(highest - before).toBeLessThan(100 + SESSIONS);
}, 900_000);

function write(figures: Readonly<Record<string, number>>): void {
  const rows = [
    ['sessions that tell at once', figures.sessions],
    ['events', figures.events],
    ['all of them taken in, posted and shown after', `${figures.caughtUpSeconds} s`],
    ['ack of a command meanwhile, median', `${figures.ackMedianMs} ms`],
    ['ack of a command meanwhile, slowest', `${figures.ackSlowestMs} ms`],
    ['memory of the bot before', `${figures.memoryBeforeMiB} MiB`],
    ['highest memory of the bot meanwhile', `${figures.memoryHighestMiB} MiB`],
  ];
  const head = [
    '# A storm of events',
    '',
    'Written by `npm run test:storm`.',
    '',
    '| what | figure |',
    '|---|---|',
  ];
  writeFileSync(
    join(ROOT, 'docs', 'faults', 'storm.md'),
    [...head, ...rows.map(([what, figure]) => `| ${what} | ${figure} |`), ''].join('\n'),
  );
}
