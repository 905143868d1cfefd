// One observation round over 100 real panes, in this process, so that its CPU time and its subprocesses can be counted exactly.

import { createHook } from 'node:async_hooks';
import { join } from 'node:path';
import tmux from '../../plugins/runtime/tmux/index.ts';
import { type SessionId, subject } from '../../src/domain/session/ids.ts';
import { newSession } from '../../src/domain/session/new-session.ts';
import type { Snapshot } from '../../src/domain/session/session.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { AgentWatches } from '../../src/lifecycle/agents.ts';
import type { Dispatch } from '../../src/lifecycle/dispatch.ts';
import { createRuntimeObserver } from '../../src/lifecycle/observe/runtimes.ts';
import type { Plugins } from '../../src/lifecycle/plugins.ts';
import { NO_INBOX } from '../../src/slots/inbox.ts';
import { makeBenchWorld } from './support/bench-world.ts';
import { median, report } from './support/figures.ts';

const SESSIONS = 100;
const BATCHES = 9;
const ROUNDS_PER_BATCH = 20;
const by = { subject: subject('web:local'), name: 'you', via: 'web' } as const;

const world = makeBenchWorld();
const warnings: unknown[] = [];
const logger = {
  debug() {},
  info() {},
  warn: (...words: unknown[]) => void warnings.push(words),
  error: (...words: unknown[]) => void warnings.push(words),
};
const kv = { get: () => undefined, set() {}, delete() {}, list: () => [] };
const runtime = tmux.create(tmux.config.parse({ socket: world.socket('observe') }), {
  id: 'tmux',
  clock: systemClock,
  logger,
  dataDir: join(world.path, 'tmux'),
  kv,
  inbox: NO_INBOX,
  env: world.env,
  shared: (_key, make) => make(),
  project: null,
});

async function makeSession(n: number): Promise<Snapshot> {
  const id = `app-${n}` as SessionId;
  const { handle, pid } = await runtime.create({
    id,
    cwd: world.path,
    argv: ['sleep', '100000'],
    env: { PATH: process.env.PATH ?? '' },
    columns: 200,
    rows: 50,
  });
  const fresh = newSession(
    {
      id,
      project: 'app',
      role: 'worker',
      parent: null,
      task: { type: 'prompt', text: 'go' },
      prompt: 'go',
      extraPrompt: null,
      agent: 'command',
      model: null,
      permissions: 'default',
      base: 'main',
      branch: id,
      by,
    },
    Date.now(),
  );
  return {
    ...fresh,
    facts: {
      ...fresh.facts,
      runtime: { state: 'alive', exitCode: null, pid, handle, at: Date.now() },
    },
  };
}

try {
  await runtime.start();
  const sessions: Snapshot[] = [];
  for (let n = 1; n <= SESSIONS; n += 1) sessions.push(await makeSession(n));
  const facts: unknown[] = [];
  const observer = createRuntimeObserver({
    // Only what the observer asks of its neighbours; the runtime and the round are the real ones.
    plugins: { runtimes: () => [runtime], runtime: () => runtime } as unknown as Plugins,
    dispatch: {
      live: () => sessions,
      snapshot: (id: string) => sessions.find((one) => one.session.id === id) ?? null,
      input: (...words: unknown[]) => void facts.push(words),
    } as unknown as Dispatch,
    agents: { close() {} } as unknown as AgentWatches,
    clock: systemClock,
    logger,
    interval: 1_000,
  });
  let subprocesses = 0;
  createHook({
    init(_id, type) {
      if (type === 'PROCESSWRAP') subprocesses += 1;
    },
  }).enable();
  const cpu: number[] = [];
  const wall: number[] = [];
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const [before, started] = [process.cpuUsage(), performance.now()];
    for (let round = 0; round < ROUNDS_PER_BATCH; round += 1) await observer.round();
    const { user, system } = process.cpuUsage(before);
    cpu.push((user + system) / 1_000 / ROUNDS_PER_BATCH);
    wall.push((performance.now() - started) / ROUNDS_PER_BATCH);
  }
  if (facts.length > 0 || warnings.length > 0)
    throw new Error(
      `the rounds were not quiet: ${JSON.stringify([...facts, ...warnings].slice(0, 3))}`,
    );
  const runs = BATCHES * ROUNDS_PER_BATCH;
  report('observe', [
    {
      what: `CPU of one observation round, ${SESSIONS} sessions`,
      value: median(cpu),
      unit: 'ms',
      limit: 10,
      runs,
    },
    { what: 'wall time of it', value: median(wall), unit: 'ms', runs },
    {
      what: `subprocesses of ${runs} rounds`,
      value: subprocesses,
      unit: 'processes',
      limit: 0,
      runs,
    },
  ]);
  await runtime.stop();
} finally {
  world.close();
}
