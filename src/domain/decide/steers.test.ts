import { expect, test } from 'vitest';
import {
  createWorld,
  HOUR,
  launching,
  MINUTE,
  question,
  resting,
  SECOND,
  startRuntime,
  type World,
  working,
} from '../../../test/support/session-world.ts';

const deliveries = (world: World): readonly string[] =>
  world.wanted('deliver_steer').map((effect) => effect.steer);
const inFlight = (world: World): readonly string[] =>
  world.snapshot.steers
    .filter((steer) => steer.state === 'typing' || steer.state === 'typed')
    .map((steer) => steer.id);
const typed = (world: World, steer: string, accepted = false) =>
  world.outcome('deliver_steer', {
    type: 'steer_typed',
    steer,
    attempt: world.wanted('deliver_steer').at(-1)?.attempt ?? 1,
    accepted,
  });
const deferred = (world: World, steer: string) =>
  world.outcome('deliver_steer', {
    type: 'steer_deferred',
    steer,
    reason: 'not ready',
    inDoubt: false,
  });

test('a message to a resting agent is typed, then accepted on proof only', () => {
  const world = resting();
  world.send('m1');
  expect(world.steer('m1')?.state).toBe('typing');
  typed(world, 'm1');
  expect(world.steer('m1')?.state).toBe('typed');
  world.fact({ type: 'steer_accepted', steer: 'm1' });
  expect(world.steer('m1')).toMatchObject({ state: 'accepted', acceptedAt: world.now });
  expect(world.of('steer.accepted').map((event) => event.steer)).toEqual(['task', 'm1']);
});

test('a busy agent is not typed into; its messages wait and go one by one in order', () => {
  const world = working();
  for (const id of ['m1', 'm2', 'm3']) world.send(id);
  expect(deliveries(world)).toEqual([]);
  world.activity('ready');
  expect(inFlight(world)).toEqual(['m1']);
  world.turnOfAgent();
  expect(inFlight(world)).toEqual(['m2']);
  world.turnOfAgent();
  world.turnOfAgent();
  expect(deliveries(world)).toEqual(['m1', 'm2', 'm3']);
});

test('an urgent message interrupts the turn and overtakes', () => {
  const world = working();
  world.send('m1');
  world.send('m2', 'stop that', true);
  expect(world.wanted('interrupt_agent')).toHaveLength(1);
  expect(inFlight(world)).toEqual(['m2']);
});

test('"send now" makes a waiting message urgent', () => {
  const world = working();
  world.send('m1');
  world.send('m2');
  world.command({ type: 'send_now', steer: 'm2' });
  expect(world.wanted('interrupt_agent')).toHaveLength(1);
  expect(inFlight(world)).toEqual(['m2']);
});

test.each(['send_now', 'retry_steer'] as const)(
  '%s brings a failed message on its way again',
  (type) => {
    const world = resting();
    world.send('m1');
    for (let n = 0; n < 3; n += 1) {
      world.fails('deliver_steer');
      world.pass(5 * SECOND);
    }
    expect(world.steer('m1')?.state).toBe('failed');
    world.command({ type, steer: 'm1' });
    expect(world.steer('m1')?.state).toBe('typing');
    expect(world.dropped).toEqual([]);
  },
);

test('nothing is typed while a question is open, nor while its answer is on its way', () => {
  const world = resting();
  world.fact({ type: 'request_opened', request: question('q1') });
  world.activity('ready');
  world.send('m1');
  expect(deliveries(world)).toEqual([]);
  world.command({ type: 'answer', request: 'q1', option: 'yes', text: null });
  expect(deliveries(world)).toEqual([]);
  world.outcome('answer_request', { type: 'request_answered', request: 'q1' });
  expect(deliveries(world)).toEqual(['m1']);
});

test('a deferred message is tried again until it goes through, and each try is an effect of its own', () => {
  const world = resting();
  world.send('m1');
  for (let n = 0; n < 10; n += 1) {
    deferred(world, 'm1');
    expect(world.steer('m1')).toMatchObject({ state: 'queued', reason: 'not ready' });
    world.pass(2 * SECOND);
    expect(world.steer('m1')?.state).toBe('typing');
  }
  expect(world.dropped).toEqual([]);
  typed(world, 'm1', true);
  expect(world.steer('m1')?.state).toBe('accepted');
});

test('a deferred message keeps its place', () => {
  const world = resting();
  world.send('m1');
  world.send('m2');
  deferred(world, 'm1');
  expect(inFlight(world)).toEqual([]);
  world.pass(2 * SECOND);
  expect(inFlight(world)).toEqual(['m1']);
});

test('the task goes before everything, also when it had to wait', () => {
  const world = launching();
  startRuntime(world, false);
  world.send('m1');
  world.activity('ready');
  expect(inFlight(world)).toEqual(['task']);
  deferred(world, 'task');
  expect(inFlight(world)).toEqual([]);
  world.pass(2 * SECOND);
  expect(inFlight(world)).toEqual(['task']);
});

test('typed and never accepted: tried again with proof looked for first, then failed with the reason', () => {
  const world = resting();
  world.send('m1');
  typed(world, 'm1');
  world.pass(30 * SECOND);
  expect(world.wanted('deliver_steer').map((effect) => effect.attempt)).toEqual([1, 2]);
  typed(world, 'm1');
  world.pass(30 * SECOND);
  typed(world, 'm1');
  world.pass(30 * SECOND);
  expect(world.steer('m1')).toMatchObject({
    state: 'failed',
    reason: 'the agent gave no sign of having taken it after 3 tries',
  });
  expect(world.of('steer.failed')).toHaveLength(1);
  expect(world.dropped).toEqual([]);
});

test('proof that comes late is still proof', () => {
  const world = resting();
  world.send('m1');
  for (let n = 0; n < 3; n += 1) {
    typed(world, 'm1');
    world.pass(30 * SECOND);
  }
  world.fact({ type: 'steer_accepted', steer: 'm1' });
  expect(world.steer('m1')?.state).toBe('accepted');
});

test('while a question is open the receipt can wait', () => {
  const world = resting();
  world.send('m1');
  typed(world, 'm1');
  world.fact({ type: 'request_opened', request: question('q1') });
  world.pass(HOUR);
  expect(world.steer('m1')?.state).toBe('typed');
  expect(deliveries(world)).toEqual(['m1']);
});

test('an error of the delivery is tried three times', () => {
  const world = resting();
  world.send('m1');
  world.fails('deliver_steer', 'the pane is closed');
  expect(world.steer('m1')).toMatchObject({ state: 'queued', reason: 'the pane is closed' });
  world.pass(SECOND);
  world.fails('deliver_steer');
  world.pass(2 * SECOND);
  world.fails('deliver_steer', 'the pane is closed');
  expect(world.steer('m1')).toMatchObject({ state: 'failed', reason: 'the pane is closed' });
});

test('the same message twice is one message', () => {
  const world = working();
  world.send('m1');
  world.send('m1');
  expect(world.snapshot.steers.filter((steer) => steer.id === 'm1')).toHaveLength(1);
});

test('a waiting message can be edited and removed, one that the agent has cannot', () => {
  const world = working();
  world.send('m1');
  world.command({ type: 'edit_steer', steer: 'm1', text: 'better' });
  expect(world.steer('m1')?.text).toBe('better');
  world.command({ type: 'remove_steer', steer: 'm1' });
  expect(world.steer('m1')?.state).toBe('removed');
  expect(world.command({ type: 'edit_steer', steer: 'm1', text: 'x' }).refusal?.message).toBe(
    'That message was removed already.',
  );
  expect(world.command({ type: 'remove_steer', steer: 'task' }).refusal?.code).toBe('AO_STATE');
});

test('the task can only be ended, not removed', () => {
  const world = createWorld();
  expect(world.command({ type: 'remove_steer', steer: 'task' }).refusal?.message).toBe(
    'That is the task itself. Kill the session instead.',
  );
});

test('what was under way when the agent died goes to its next process', () => {
  const world = resting();
  world.send('m1');
  typed(world, 'm1');
  world.runtime('exited', 1);
  expect(world.steer('m1')).toMatchObject({ state: 'queued', reason: 'the agent is not running' });
  typed(world, 'm1');
  expect(world.steer('m1')?.state).toBe('queued');
});

test('an ended session takes no message, and one in flight fails for good', () => {
  const world = resting();
  world.send('m1');
  world.command({ type: 'kill', reason: null });
  expect(world.steer('m1')).toMatchObject({ state: 'failed', reason: 'the session ended' });
  typed(world, 'm1');
  world.fails('deliver_steer');
  world.pass(10 * MINUTE);
  expect(world.steer('m1')?.state).toBe('failed');
  expect(world.send('m2').refusal?.code).toBe('AO_STATE');
  expect(deliveries(world)).toEqual(['m1']);
});

test('taking a message begins a turn: the next one waits for the end of it', () => {
  const world = resting();
  world.send('m1');
  world.send('m2');
  world.accept('m1');
  expect(inFlight(world)).toEqual([]);
  expect(world.status).toBe('working');
});

test('a turn that was over before its beginning was told is over', () => {
  const world = resting();
  world.send('m1');
  typed(world, 'm1');
  const took = world.now + 10;
  world.pass(100);
  world.fact({ type: 'steer_accepted', steer: 'm1', at: took });
  world.fact({
    type: 'activity',
    fact: {
      state: 'ready',
      source: 'hook',
      detail: null,
      resetAt: null,
      since: took + 5,
      at: took + 5,
    },
    lastMessage: 'Done.',
  });
  expect(world.status).toBe('idle');
  expect(world.of('agent.turn_ended')).toHaveLength(2);
});

test('a turn that was over before the delivery returned is not begun again', () => {
  const world = resting();
  world.send('m1');
  world.pass(10);
  world.activity('active');
  world.pass(10);
  world.activity('ready');
  world.pass(10);
  typed(world, 'm1', true);
  expect(world.status).toBe('idle');
});

test('a stale "ready" does not let the next message follow at once', () => {
  const world = resting();
  world.send('m1');
  world.send('m2');
  world.pass(10);
  typed(world, 'm1', true);
  world.fact({
    type: 'activity',
    fact: {
      state: 'ready',
      source: 'hook',
      detail: null,
      resetAt: null,
      since: world.now - 20,
      at: world.now - 5,
    },
    lastMessage: null,
  });
  expect(inFlight(world)).toEqual([]);
});

test('a try in doubt counts when it is put off, so that the next one looks for evidence first', () => {
  const world = resting();
  world.send('m1');
  for (let n = 0; n < 5; n += 1) {
    world.outcome('deliver_steer', {
      type: 'steer_deferred',
      steer: 'm1',
      reason: 'a dialog is open',
      inDoubt: true,
    });
    world.pass(2 * SECOND);
  }
  expect(world.wanted('deliver_steer').map((effect) => effect.attempt)).toEqual([1, 2, 2, 2, 2, 2]);
});

test('a task in the command line is a try: what is typed later is a second one', () => {
  const world = launching();
  startRuntime(world, true);
  world.activity('ready');
  world.pass(30 * SECOND);
  expect(world.wanted('deliver_steer').map((effect) => [effect.steer, effect.attempt])).toEqual([
    ['task', 2],
  ]);
});

test('a session that ends tells whose messages nobody got, and a restore sends them', () => {
  const world = working();
  world.send('m1', 'look at the other file too');
  expect(world.steer('m1')?.state).toBe('queued');
  // `/exit` in the terminal, again and again, until ao gives up.
  for (let times = 0; times < 2; times += 1) {
    world.runtime('exited', 0);
    startRuntime(world, false);
  }
  world.runtime('exited', 0);
  expect(world.status).toBe('terminated');
  expect(world.steer('m1')?.state).toBe('failed');
  expect(world.of('steer.failed')).toMatchObject([{ steer: 'm1', reason: 'the session ended' }]);
  world.command({ type: 'restore', message: null });
  expect(world.steer('m1')?.state).toBe('queued');
});

test('a message that looked like a command of the program is told as what became of it', () => {
  const world = resting();
  world.send('m1', '/compact');
  world.outcome('deliver_steer', {
    type: 'steer_typed',
    steer: 'm1',
    attempt: 1,
    accepted: true,
    asWords: { command: '/compact', typed: '\\/compact' },
  });
  expect(world.of('steer.as_words')).toMatchObject([
    { steer: 'm1', command: '/compact', typed: '\\/compact' },
  ]);
});

test('an urgent message that could not be typed is tried again at once', () => {
  const world = working();
  world.send('m1', 'stop that', true);
  world.outcome('deliver_steer', {
    type: 'steer_deferred',
    steer: 'm1',
    reason: 'the input is not on the screen',
    inDoubt: false,
  });
  world.pass(500);
  expect(world.wanted('deliver_steer')).toHaveLength(2);
});
