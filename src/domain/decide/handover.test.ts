import { expect, test } from 'vitest';
import {
  createWorld,
  DANA,
  LEE,
  launching,
  MINUTE,
  policyWith,
  question,
  resting,
  startRuntime,
  type World,
  withPr,
  working,
} from '../../../test/support/session-world.ts';
import { allUsage, totalsByAgent } from '../money/usage.ts';

const change = (world: World, agent = 'codex', words: string | null = null) =>
  world.command({ type: 'change_agent', agent, model: 'gpt', permissions: 'default', words }, LEE);
const written = (world: World, number = 1) =>
  world.outcome('write_handover', {
    type: 'handover_written',
    handover: number,
    text: `the story so far, ${number}`,
  });
/** The old agent is gone, the summary is there, the new agent was started with it and took it. */
function takeOver(world: World, number = 1): void {
  written(world, number);
  startRuntime(world);
  world.fact({ type: 'steer_accepted', steer: `handover-${number}` });
  world.activity('active');
}

test('another agent goes on: the old one ends, a summary is written, the new one starts with it', () => {
  const world = working();
  const { workspace, branch } = world.snapshot.session;
  change(world);
  expect(world.snapshot.session).toMatchObject({
    agent: 'codex',
    model: 'gpt',
    agentSession: null,
    workspace,
    branch,
    ended: null,
  });
  expect(world.effects.slice(-2)).toMatchObject([
    { type: 'kill_runtime', launch: 1, handle: 'pane-1' },
    { type: 'write_handover', handover: 1 },
  ]);
  expect(world.of('session.agent_changed')).toMatchObject([
    { by: LEE, from: 'fake', to: 'codex', waiting: 0 },
  ]);
  expect(world.status).toBe('spawning');
  written(world);
  expect(world.effects.at(-1)).toMatchObject({ type: 'start_runtime', resume: false });
  startRuntime(world);
  expect(world.steer('handover-1')).toMatchObject({
    kind: 'task',
    state: 'typed',
    text: 'the story so far, 1',
  });
  world.fact({ type: 'steer_accepted', steer: 'handover-1' });
  expect(world.status).toBe('working');
  expect(world.of('session.taken_over')).toMatchObject([{ agent: 'codex' }]);
  expect(world.of('session.started')).toHaveLength(1);
});

test('what waits goes to the new agent, after the summary', () => {
  const world = working();
  world.send('one', 'use the new cookie');
  world.send('two', 'and mind the tests');
  change(world);
  expect(world.of('session.agent_changed')[0]?.waiting).toBe(2);
  takeOver(world);
  world.activity('ready');
  expect(world.wanted('deliver_steer').at(-1)).toMatchObject({ steer: 'one' });
  world.turnOfAgent();
  expect(world.wanted('deliver_steer').at(-1)).toMatchObject({ steer: 'two' });
});

test('what was being typed into the old agent is typed into the new one', () => {
  const world = resting();
  world.send('one');
  expect(world.steer('one')?.state).toBe('typing');
  change(world);
  world.outcome('deliver_steer', {
    type: 'steer_typed',
    steer: 'one',
    attempt: 1,
    accepted: false,
  });
  expect(world.steer('one')?.state).toBe('queued');
});

test('an open question of the old agent is closed, and an answer on its way fails, both visibly', () => {
  const world = working();
  world.fact({ type: 'request_opened', request: question('q1') });
  world.fact({ type: 'request_opened', request: question('q2') });
  world.command({ type: 'answer', request: 'q2', option: 'yes', text: null });
  change(world);
  expect(world.snapshot.requests.map((request) => request.answer)).toMatchObject([
    { state: 'delivered', text: 'Not answered: handed over to codex.' },
    { state: 'failed', option: 'yes', by: DANA },
  ]);
  expect(world.of('request.answered').map((event) => event.request)).toEqual(['q1']);
  expect(world.of('request.failed').map((event) => event.request)).toEqual(['q2']);
  expect(world.status).toBe('spawning');
});

test('a start that was on its way counts for nothing any more', () => {
  const world = launching();
  change(world);
  startRuntimeOf(world, 1);
  expect(world.snapshot.session.agentSession).toBeNull();
  expect(world.snapshot.facts.runtime?.state).toBe('starting');
});

const startRuntimeOf = (world: World, launch: number) =>
  world.input({
    type: 'outcome',
    effect: { type: 'start_runtime', launch, resume: false },
    outcome: {
      type: 'runtime_started',
      launch,
      handle: 'pane-old',
      pid: 1,
      agentSession: 'of the old one',
      promptIncluded: true,
    },
  });

test('a session whose agent never took its task gets the other agent for it, without a summary', () => {
  const queued = createWorld();
  change(queued);
  expect(queued.snapshot.session).toMatchObject({ agent: 'codex', stage: 'queued' });
  expect(queued.effects).toEqual([]);

  const started = launching();
  startRuntime(started);
  change(started, 'codex', 'be quick');
  expect(started.effects.slice(-2)).toMatchObject([
    { type: 'kill_runtime' },
    { type: 'start_runtime', resume: false },
  ]);
  startRuntime(started);
  expect(started.steer('task')?.state).toBe('typed');
  started.fact({ type: 'steer_accepted', steer: 'task' });
  expect(started.of('session.started')).toHaveLength(1);
  expect(started.snapshot.steers.find((steer) => steer.text === 'be quick')?.state).toBe('queued');
});

test('the usage limit stays with the agent that has it', () => {
  const world = working();
  world.activity('limited', { resetAt: world.now + 60 * MINUTE });
  change(world);
  takeOver(world);
  expect(world.status).toBe('working');
  world.pass(2 * 60 * MINUTE);
  expect(world.snapshot.steers.filter((steer) => steer.kind === 'resume')).toEqual([]);
});

test('the limit is told with the agents that could go on', () => {
  const world = working({ policy: policyWith({ otherAgents: ['fake', 'codex'] }) });
  world.activity('limited', { resetAt: world.now + 60 * MINUTE });
  expect(world.of('agent.limited')[0]?.offers).toEqual(['codex']);
});

test('each agent keeps its own usage, also what it tells late', () => {
  const world = working();
  const used = (model: string, inputTokens: number) => ({
    model,
    inputTokens,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    usd: inputTokens / 100,
  });
  const tell = (inputTokens: number, handovers: number) =>
    world.fact({
      type: 'usage',
      fact: { models: [used('m', inputTokens)], at: world.now },
      handovers,
    });
  tell(100, 0);
  change(world);
  tell(120, 0);
  takeOver(world);
  tell(7, 1);
  const usage = world.snapshot.facts.usage;
  expect(totalsByAgent('codex', usage ?? { models: [], at: 0 })).toMatchObject([
    { agent: 'fake', models: [{ inputTokens: 120 }] },
    { agent: 'codex', models: [{ inputTokens: 7 }] },
  ]);
  expect(allUsage(usage)).toMatchObject([{ model: 'm', inputTokens: 127, usd: 1.27 }]);
  change(world, 'fake');
  takeOver(world, 2);
  tell(3, 2);
  expect(totalsByAgent('fake', world.snapshot.facts.usage ?? { models: [], at: 0 })).toMatchObject([
    { agent: 'fake', models: [{ inputTokens: 123 }] },
    { agent: 'codex', models: [{ inputTokens: 7 }] },
  ]);
});

test('a new agent that dies at its launch is started once more, then the session says so', () => {
  const world = working();
  change(world);
  written(world);
  startRuntime(world);
  world.runtime('exited', 1);
  expect(world.wanted('start_runtime').at(-1)).toMatchObject({ resume: false });
  startRuntime(world);
  world.runtime('exited', 1, 'not logged in');
  expect(world.status).toBe('errored');
  expect(world.of('session.ended')[0]?.reason).toContain('not logged in');
  // The summary is not lost: whoever brings it back brings it back with this agent and its first message.
  world.command({ type: 'restore', message: null });
  startRuntime(world);
  expect(world.steer('handover-1')?.state).toBe('typed');
});

test('ended before the summary was there, and brought back: it is written then', () => {
  const world = working();
  change(world);
  world.command({ type: 'kill', reason: null });
  world.outcome('remove_workspace', {
    type: 'workspace_removed',
    snapshotRef: 'refs/ao/app-1',
    branchDeleted: false,
  });
  world.pass(1);
  world.command({ type: 'undo' });
  world.outcome('restore_workspace', { type: 'workspace_restored', path: '/w/app-1' });
  expect(world.effects.at(-1)).toMatchObject({ type: 'write_handover', handover: 1 });
  takeOver(world);
  expect(world.status).toBe('working');
});

test('two hand-overs in a row: only the last agent is started, and its summary is its own', () => {
  const world = working();
  change(world);
  world.pass(1);
  change(world, 'other');
  written(world, 1);
  expect(world.wanted('start_runtime')).toHaveLength(1);
  written(world, 2);
  expect(world.wanted('start_runtime')).toHaveLength(2);
  expect(world.steer('handover-1')).toBeUndefined();
  startRuntime(world);
  world.fact({ type: 'steer_accepted', steer: 'handover-2' });
  expect(world.snapshot.session.agent).toBe('other');
});

test('it ends a pause and takes care of escalations, but not of a budget', () => {
  const world = working();
  world.command({ type: 'pause', reason: 'lunch' });
  change(world);
  expect(world.snapshot.session.paused).toBeNull();

  const spent = working();
  spent.fact({
    type: 'budget',
    fact: {
      id: 'session:app-1',
      kind: 'session',
      label: 'the budget of app-1',
      spentUsd: 5,
      limitUsd: 5,
      tells: true,
      at: spent.now,
    },
  });
  change(spent);
  expect(spent.status).toBe('paused');
  expect(spent.wanted('write_handover')).toEqual([]);
  spent.fact({ type: 'budget', fact: null });
  expect(spent.wanted('write_handover')).toHaveLength(1);
});

test('the pull request stays, and the agent is not taken for one that ended', () => {
  const world = withPr();
  change(world);
  world.runtime('exited', 0);
  world.runtime('gone');
  expect(world.of('runtime.exited')).toEqual([]);
  takeOver(world);
  world.pass(5 * MINUTE);
  expect(world.snapshot.prs[0]?.state).toBe('open');
  expect(world.wanted('start_runtime')).toHaveLength(2);
});

/** The agent's process ended and was to be resumed. */
function exits(world: World): void {
  world.runtime('exited', 137);
  expect(world.wanted('start_runtime').at(-1)).toMatchObject({ resume: true });
}

test('a conversation that was not kept: the same agent begins a new one with a summary, and what waited follows', () => {
  const world = working();
  world.send('one', 'use the new cookie');
  exits(world);
  world.outcome('start_runtime', { type: 'conversation_lost', launch: 2 });
  expect(world.snapshot.session).toMatchObject({
    agent: 'fake',
    agentSession: null,
    handovers: [{ from: 'fake', to: 'fake', noted: false }],
  });
  expect(world.of('session.recovered').at(-1)?.what).toContain('begins a new one with a summary');
  // "Continue where you left off" would be said to an agent that knows of nothing.
  expect(
    world.snapshot.steers.filter((steer) => steer.kind === 'resume').map((steer) => steer.state),
  ).toEqual(['removed']);
  takeOver(world);
  expect(world.effects.findLast((effect) => effect.type === 'start_runtime')).toMatchObject({
    resume: false,
  });
  expect(world.status).toBe('working');
  world.activity('ready');
  expect(world.wanted('deliver_steer').at(-1)).toMatchObject({ steer: 'one' });
});

test('an agent that says so once it runs is ended first', () => {
  const world = working();
  exits(world);
  startRuntime(world);
  world.fact({ type: 'conversation_lost' });
  expect(world.effects.slice(-2)).toMatchObject([
    { type: 'kill_runtime', handle: 'pane-2' },
    { type: 'write_handover', handover: 1 },
  ]);
  world.runtime('exited', 0);
  takeOver(world);
  expect(world.of('runtime.exited')).toHaveLength(1);
  expect(world.status).toBe('working');
});

test('a lost conversation of a launch that counts no more, or of an ended session, changes nothing', () => {
  const world = working();
  exits(world);
  world.outcome('start_runtime', { type: 'conversation_lost', launch: 1 });
  expect(world.snapshot.session.handovers).toEqual([]);
  world.command({ type: 'kill', reason: null });
  world.fact({ type: 'conversation_lost' });
  expect(world.snapshot.session.handovers).toEqual([]);
});

test('refused: the same agent, an ended session', () => {
  const world = working();
  expect(change(world, 'fake').refusal?.message).toBe('app-1 works with fake already.');
  world.command({ type: 'kill', reason: null });
  expect(change(world).refusal?.code).toBe('AO_STATE');
});
