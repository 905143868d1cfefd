import { expect, test } from 'vitest';
import {
  DANA,
  launching,
  MINUTE,
  startRuntime,
  withPr,
} from '../../../test/support/session-world.ts';

const REASON = 'tmux: no more processes';

test('a wait for another try is state until something came of it, and told once of each reason', () => {
  const world = launching();
  const wait = (reason: string): void =>
    void world.outcome('start_runtime', { type: 'retried', reason, until: world.now + MINUTE });
  wait(REASON);
  world.skip(MINUTE);
  wait(REASON);
  wait('another reason');
  expect(world.snapshot.session.retries).toMatchObject([
    { effect: 'start_runtime', reason: 'another reason', until: world.now + MINUTE },
  ]);
  expect(world.of('effect.retried')).toMatchObject([
    { effect: 'start_runtime', reason: REASON },
    { effect: 'start_runtime', reason: 'another reason' },
  ]);
  startRuntime(world);
  expect(world.snapshot.session.retries).toEqual([]);
});

test('a wait ends with its failure and with its session', () => {
  const failing = launching();
  failing.outcome('start_runtime', { type: 'retried', reason: REASON, until: 1 });
  failing.fails('start_runtime', 'too often');
  expect(failing.snapshot.session.retries).toEqual([]);
  const killed = launching();
  killed.outcome('start_runtime', { type: 'retried', reason: REASON, until: 1 });
  killed.command({ type: 'kill', reason: null }, DANA);
  expect(killed.snapshot.session.retries).toEqual([]);
});

test('a forge that is asked again holds no session up: its observer tells of it', () => {
  const world = withPr();
  world.fact({ type: 'pr_created', reference: '#9' });
  world.outcome('refresh_pr', { type: 'retried', reason: REASON, until: 1 });
  expect(world.snapshot.session.retries ?? []).toEqual([]);
  expect(world.of('effect.retried')).toEqual([]);
});
