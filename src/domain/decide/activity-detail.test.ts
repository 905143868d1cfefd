import { expect, test } from 'vitest';
import { resting, type World, working } from '../../../test/support/session-world.ts';

const detail = (world: World): string | null | undefined => world.snapshot.facts.activity?.detail;

test.each(['waiting_input', 'blocked', 'limited'] as const)(
  'what %s said of itself is over with it',
  (state) => {
    const world = working();
    world.activity(state, { detail: 'permission prompt' });
    expect(detail(world)).toBe('permission prompt');
    world.activity('active');
    expect(detail(world)).toBeNull();
    world.activity(state, { detail: 'permission prompt' });
    world.activity('ready');
    expect(detail(world)).toBeNull();
  },
);

test('a line of the agent stays while it rests, until its next turn', () => {
  const world = working();
  world.activity('active', { detail: 'The test is green now.' });
  world.activity('ready');
  world.activity('idle');
  expect(detail(world)).toBe('The test is green now.');
  world.send('s1');
  world.accept('s1');
  expect(detail(world)).toBeNull();
});

test('an interrupted turn is none any more when the next one runs', () => {
  const world = resting();
  world.activity('ready', { detail: 'interrupted' });
  world.activity('active');
  expect(detail(world)).toBeNull();
});

test('a question keeps the line the agent was at, and an end does not keep the question', () => {
  const world = working();
  world.activity('active', { detail: 'reads the log' });
  world.activity('waiting_input');
  expect(detail(world)).toBe('reads the log');
  world.activity('waiting_input', { detail: 'permission prompt' });
  world.runtime('exited', 1);
  expect(detail(world)).toBeNull();
});
