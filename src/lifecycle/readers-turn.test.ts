import { expect, test } from 'vitest';
import type { Job } from '../db/outbox-store.ts';
import { createReadersTurn } from './readers-turn.ts';

const job = (type: string, lane = type): Job => ({
  id: 1,
  key: lane,
  lane,
  session: null,
  type,
  payload: null,
  attempts: 0,
  inDoubt: false,
  createdAt: 0,
});
const work = job('create_workspace');
const post = job('chat.post');

test('what people read is not held back when no agent waits', () => {
  const turn = createReadersTurn();
  expect(turn.pick([post], 1_000)).toEqual([post]);
  expect(turn.heldUntil).toBeNull();
});

test('an agent comes first, and what people read follows as soon as its job ended', () => {
  const turn = createReadersTurn();
  expect(turn.pick([post, work], 1_000)).toEqual([work]);
  turn.begun(work, 1_000);
  expect(turn.pick([post], 1_010)).toEqual([]);
  expect(turn.heldUntil).toBe(1_150);
  turn.ended(work);
  expect(turn.pick([post], 1_020)).toEqual([post]);
  expect(turn.heldUntil).toBeNull();
});

test('what people read never waits longer than its limit, however many agents start', () => {
  const turn = createReadersTurn();
  for (let now = 1_000; now < 1_150; now += 10) {
    const next = job('create_workspace', `lane ${now}`);
    expect(turn.pick([post, next], now)).toEqual([next]);
    turn.begun(next, now);
  }
  const last = job('create_workspace', 'lane last');
  expect(turn.pick([post, last], 1_150)).toEqual([last, post]);
});

test('a job that takes long holds nothing back: it waits for something itself', () => {
  const turn = createReadersTurn();
  turn.begun(work, 1_000);
  expect(turn.pick([post], 1_200)).toEqual([post]);
});

test('a clock that is set back keeps nobody waiting', () => {
  const turn = createReadersTurn();
  expect(turn.pick([post, work], 100_000)).toEqual([work]);
  turn.begun(work, 100_000);
  expect(turn.pick([post], 1_000)).toEqual([post]);
});
