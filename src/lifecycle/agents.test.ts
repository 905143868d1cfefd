import { expect, test } from 'vitest';
import {
  type LifecycleWorld,
  lifecycleWorld,
  sessionId,
} from '../../test/support/lifecycle-world.ts';
import { DANA } from '../../test/support/session-world.ts';
import { until } from '../../test/support/until.ts';
import { readEvents } from '../db/event-store.ts';
import { AO } from '../domain/session/ids.ts';
import type { AgentEvent, AgentPlugin } from '../slots/agent.ts';
import { createAgentWatches } from './agents.ts';
import type { Dispatch } from './dispatch.ts';
import { agentEffects } from './effects/agent-effects.ts';
import { createRuntimeObserver } from './observe/runtimes.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { reconcile } from './recovery.ts';

const ID = sessionId('app-1');
const TEXT = 'Please document the unit.';

/** One life of the bot: what it delivers, and what the agent tells it. */
function life(
  world: LifecycleWorld,
  dispatch: Dispatch,
  deliver: () => Promise<
    { type: 'typed'; accepted: boolean } | { type: 'deferred'; reason: string }
  >,
) {
  let tell: (event: AgentEvent) => void = () => {
    throw new Error('nobody watches');
  };
  const tries: boolean[] = [];
  const agent = {
    watch(_session: unknown, _terminal: unknown, emit: (event: AgentEvent) => void) {
      tell = emit;
      return {
        deliver: (_text: string, { inDoubt }: { inDoubt: boolean }) => {
          tries.push(inDoubt);
          return deliver();
        },
        close() {},
      };
    },
  } as unknown as AgentPlugin;
  const plugins = {
    ...world.plugins,
    agent: () => agent,
    project: () => ({
      id: 'app',
      repo: world.dir,
      rules: { text: '', replaceSteps: false },
      orchestrator: {},
      agentArgs: [],
      agentEnv: {},
    }),
  };
  const parts = {
    ...world,
    plugins: { ...plugins, scm: () => ({ capabilities: { create: true } }) } as never,
    dispatch,
  };
  const agents = createAgentWatches({
    ...parts,
    host: { dataDir: world.dir, url: () => '', sessionToken: () => '' },
  });
  const outbox: Outbox = createOutbox({
    ...parts,
    together: dispatch.together,
    handlers: agentEffects({
      ...parts,
      agents,
      installation: 'i',
      agentEnv: () => ({}),
      redact: (text) => text,
    }),
  });
  return { ...parts, agents, outbox, tries, tell: (event: AgentEvent) => tell(event) };
}

const steer = (dispatch: Dispatch) =>
  dispatch.snapshot(ID)?.steers.find(({ text }) => text === TEXT);
const told = (world: LifecycleWorld) =>
  readEvents(world.db, { session: ID, limit: 1_000 }).flatMap(({ event }) =>
    event.type === 'steer.accepted' ? [event.steer] : [],
  );

/** The bot dies while it types: the row is running, and nobody knows whether the agent has the text. */
async function diedWhileTyping(world: LifecycleWorld): Promise<Dispatch> {
  await world.working('app-1');
  const activity = {
    state: 'ready',
    source: 'hook',
    detail: null,
    resetAt: null,
    since: world.clock.now(),
    at: world.clock.now(),
  } as const;
  world.dispatch.input(ID, {
    type: 'fact',
    fact: { type: 'activity', fact: activity, lastMessage: null },
  });
  world.dispatch.input(ID, {
    type: 'command',
    command: { type: 'send', steer: 'm1', text: TEXT, files: [], urgent: false, source: null },
    by: DANA,
  });
  const first = life(world, world.dispatch, () => new Promise(() => {}));
  first.agents.open(world.dispatch.snapshot(ID)?.session as never, 'x');
  first.outbox.start();
  await until(() => first.tries.length === 1, 10_000, 'the delivery');
  return world.restart();
}

test('a message typed right before a crash, put off by the next life because the agent works on it: taken once it says so', async () => {
  const world = lifecycleWorld();
  const dispatch = await diedWhileTyping(world);
  const second = life(world, dispatch, async () => ({
    type: 'deferred',
    reason: 'the agent is in the middle of a turn',
  }));
  second.agents.open(dispatch.snapshot(ID)?.session as never, 'x');
  second.outbox.start();
  await until(() => steer(dispatch)?.state === 'queued', 10_000, 'the deferral');
  expect(second.tries).toEqual([true]);
  second.tell({ type: 'prompt_accepted', text: TEXT, at: world.clock.now() });
  expect(steer(dispatch)).toMatchObject({ state: 'accepted' });
  expect(told(world)).toEqual(['task', 'm1']);
  await second.outbox.stop();
});

test('the doubt about a delivery outlives its deferral: the next try looks for evidence first', async () => {
  const world = lifecycleWorld();
  const dispatch = await diedWhileTyping(world);
  let taken = false;
  const second = life(world, dispatch, async () =>
    taken ? { type: 'typed', accepted: true } : { type: 'deferred', reason: 'a dialog is open' },
  );
  second.agents.open(dispatch.snapshot(ID)?.session as never, 'x');
  second.outbox.start();
  await until(() => steer(dispatch)?.state === 'queued', 10_000, 'the deferral');
  taken = true;
  world.clock.pass(3_000);
  dispatch.input(ID, {
    type: 'timer',
    timer: { kind: 'receipt', key: 'm1', dueAt: world.clock.now() },
  });
  second.outbox.wake();
  await until(() => steer(dispatch)?.state === 'accepted', 10_000, 'the second try');
  expect(second.tries).toEqual([true, true]);
  await second.outbox.stop();
});

test('a message that the agent took while its session ended is not sent again by a restore', async () => {
  const world = lifecycleWorld();
  const dispatch = await diedWhileTyping(world);
  const second = life(world, dispatch, () => new Promise(() => {}));
  second.agents.open(dispatch.snapshot(ID)?.session as never, 'x');
  dispatch.input(ID, { type: 'command', command: { type: 'kill', reason: null }, by: AO });
  expect(steer(dispatch)).toMatchObject({ state: 'failed' });
  second.tell({ type: 'prompt_accepted', text: TEXT, at: world.clock.now() });
  expect(steer(dispatch)).toMatchObject({ state: 'accepted' });
  expect(told(world)).toEqual(['task', 'm1']);
});

test('what agents told last is saved before the bot stops, and what comes later meets no closed database', async () => {
  const world = lifecycleWorld();
  const dispatch = await diedWhileTyping(world);
  let saved = 0;
  const counted: Dispatch = {
    ...dispatch,
    together(work) {
      saved += 1;
      return dispatch.together(work);
    },
  };
  const second = life(world, counted, () => new Promise(() => {}));
  second.agents.open(dispatch.snapshot(ID)?.session as never, 'x');
  // Until this turn of the event loop has had its share, and one waits for the next turn.
  for (let before = -1; saved > before; ) {
    before = saved;
    second.tell({ type: 'tool', summary: 'Bash: ls' });
  }
  second.tell({ type: 'prompt_accepted', text: TEXT, at: world.clock.now() });
  expect(steer(dispatch)?.state).not.toBe('accepted');
  second.agents.closeAll();
  expect(steer(dispatch)).toMatchObject({ state: 'accepted' });
  const before = saved;
  second.tell({ type: 'tool', summary: 'Bash: too late' });
  await new Promise((resolve) => setImmediate(resolve));
  expect(saved).toBe(before);
});

test('an agent whose runtime could not be asked at the start is watched as soon as it can be', async () => {
  const world = lifecycleWorld();
  await world.working('app-1');
  const dispatch = world.restart();
  world.runtime.unreachable = true;
  await reconcile({ ...world, dispatch, openThread: () => false });
  expect(world.watched).toEqual([]);
  world.runtime.unreachable = false;
  const observer = createRuntimeObserver({ ...world, dispatch, interval: 1_000 });
  await observer.round();
  await observer.round();
  expect(world.watched).toEqual(['app-1']);
});
