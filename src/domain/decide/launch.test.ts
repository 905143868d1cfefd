import { expect, test } from 'vitest';
import {
  HOUR,
  launching,
  MINUTE,
  policyWith,
  resting,
  startRuntime,
  type World,
  working,
} from '../../../test/support/session-world.ts';

const dies = (world: World, code = 1): void => {
  startRuntime(world);
  world.runtime('exited', code, 'first line\nno such model: opus-9\n');
};

test('an agent that ends before it took its task is started once more', () => {
  const world = launching();
  dies(world);
  expect(world.wanted('start_runtime')).toMatchObject([
    { launch: 1 },
    { launch: 2, resume: false },
  ]);
});

test('twice is an error with its last words', () => {
  const world = launching();
  dies(world);
  dies(world, 3);
  expect(world.status).toBe('errored');
  expect(world.snapshot.session.ended?.reason).toBe(
    'The agent ended with code 3 before it took the task, twice. Its last words: no such model: opus-9',
  );
});

test('a workspace or runtime that cannot be made is an error with the reason', () => {
  const world = launching();
  world.fails('start_runtime', 'tmux is not installed');
  expect(world.snapshot.session.ended).toMatchObject({
    cause: 'errored',
    reason: 'tmux is not installed',
  });
});

test('an agent that exits is resumed once, with a word on what happened', () => {
  const world = resting();
  world.runtime('exited', 0);
  expect(world.wanted('start_runtime').at(-1)).toMatchObject({ launch: 2, resume: true });
  expect(world.snapshot.session.ended).toBeNull();
  startRuntime(world, false);
  world.activity('ready');
  expect(world.wanted('deliver_steer').at(-1)?.steer).toBe('resume-2');
});

test('what happened is said before what waited', () => {
  const world = working();
  world.send('m1');
  world.runtime('exited', 0);
  startRuntime(world, false);
  world.activity('ready');
  expect(world.wanted('deliver_steer').at(-1)?.steer).toBe('resume-2');
});

test.each([
  [1, 'errored'],
  [0, 'terminated'],
  [null, 'terminated'],
] as const)(
  'when it exits again with %s the session is %s, and a person is told',
  (code, status) => {
    const world = resting();
    world.runtime('exited', 1);
    startRuntime(world, false);
    world.runtime('exited', code);
    expect(world.status).toBe(status);
    expect(world.escalations('agent-exited')).toHaveLength(1);
    expect(world.snapshot.session.workspace?.state).toBe('present');
  },
);

test('after ten good minutes it may exit again', () => {
  const world = resting();
  for (let n = 0; n < 3; n += 1) {
    world.runtime('exited', 1);
    startRuntime(world, false);
    world.activity('ready');
    world.accept();
    for (let m = 0; m < 11; m += 1) {
      world.pass(MINUTE);
      world.activity('active');
    }
  }
  expect(world.snapshot.session.ended).toBeNull();
  expect(world.snapshot.session.launches).toBe(4);
});

test('resume: never gives up at once', () => {
  const world = resting({ policy: policyWith({ resume: 'never' }) });
  world.runtime('gone');
  expect(world.status).toBe('terminated');
});

test('resume: ask offers it, and the click does it', () => {
  const world = resting({ policy: policyWith({ resume: 'ask' }) });
  world.runtime('gone');
  expect(world.of('reaction.offered')).toMatchObject([{ key: 'agent-exited', action: 'resume' }]);
  expect(world.wanted('start_runtime')).toHaveLength(1);
  world.command({ type: 'run_reaction', key: 'agent-exited' });
  expect(world.wanted('start_runtime')).toHaveLength(2);
});

test('news of a former process say nothing about the one that is being started', () => {
  const world = resting();
  world.runtime('exited', 0);
  world.fact({
    type: 'runtime',
    fact: { state: 'exited', exitCode: 0, pid: null, handle: 'pane-1', at: world.now },
    output: null,
  });
  world.fact({
    type: 'runtime',
    fact: { state: 'gone', exitCode: null, pid: null, handle: 'pane-1', at: world.now },
    output: null,
  });
  expect(world.wanted('start_runtime')).toHaveLength(2);
  startRuntime(world, false);
  world.fact({
    type: 'runtime',
    fact: { state: 'exited', exitCode: 0, pid: null, handle: 'pane-1', at: world.now },
    output: null,
  });
  expect(world.snapshot.facts.runtime?.state).toBe('alive');
});

test('a usage limit parks the session until it resets, then the agent is told to go on', () => {
  const world = working();
  world.activity('limited', { resetAt: world.now + 2 * HOUR, detail: 'resets at 11:00' });
  expect(world.status).toBe('limited');
  expect(world.of('reaction.fired')).toMatchObject([{ key: 'agent-limited', action: 'park' }]);
  world.send('m1');
  world.pass(2 * HOUR - 1);
  expect(world.wanted('deliver_steer')).toEqual([]);
  world.pass(MINUTE);
  expect(world.wanted('deliver_steer').map((effect) => effect.steer.startsWith('limit-'))).toEqual([
    true,
  ]);
  expect(world.episode('agent-limited')?.open).toBe(false);
  expect(world.escalations('agent-stuck')).toEqual([]);
});

test('a usage limit of unknown end is tried again after half an hour', () => {
  const world = working();
  world.activity('limited');
  world.pass(31 * MINUTE);
  expect(world.wanted('deliver_steer')).toHaveLength(1);
});

test('a usage limit seen again without its end still ends when it was said to', () => {
  const world = working();
  world.activity('limited', { resetAt: world.now + 41 * MINUTE });
  world.pass(40 * MINUTE);
  world.activity('limited');
  expect(world.status).toBe('limited');
  expect(world.wanted('deliver_steer')).toEqual([]);
  world.pass(2 * MINUTE);
  expect(world.wanted('deliver_steer')).toHaveLength(1);
});

test('a usage limit that is still shown before the agent was told to go on does not park it again', () => {
  const world = working();
  world.activity('limited');
  world.pass(31 * MINUTE);
  world.activity('limited');
  expect(world.snapshot.facts.activity?.state).toBe('ready');
  expect(world.of('agent.limited')).toHaveLength(1);
});

test('a workspace that is gone ends the session, which can be restored', () => {
  const world = resting();
  world.fact({ type: 'workspace_missing' });
  expect(world.status).toBe('terminated');
  world.command({ type: 'restore', message: null });
  expect(world.wanted('restore_workspace')).toHaveLength(1);
});
