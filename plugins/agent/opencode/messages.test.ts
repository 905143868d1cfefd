import { expect, test } from 'vitest';
import { usageSteps } from './messages.ts';
import type { Message } from './schema.ts';

const at = (time: string): number => Date.parse(`2026-03-02T${time}:00Z`);
const answer = (created: number, output: number): Message => ({
  id: `msg_${created}`,
  sessionID: 'ses_1',
  role: 'assistant',
  time: { created, completed: created + 1 },
  modelID: 'm',
  cost: output / 100,
  tokens: { input: 0, output, reasoning: 0, cache: { read: 0, write: 0 } },
});
const DAY = 24 * 3_600_000;
const steps = (messages: readonly Message[], since: number) =>
  usageSteps(messages, since).map(({ at: when, models }) => [when, models[0]?.outputTokens]);

test('what was used on both sides of midnight is told in two steps, each a running total', () => {
  const messages = [answer(at('23:50'), 10), answer(at('23:59'), 5), answer(at('00:01') + DAY, 7)];
  expect(steps(messages, 0)).toEqual([
    [at('23:59'), 15],
    [at('00:01') + DAY, 22],
  ]);
});

test('goes on from what was told before: steps of other days are not repeated', () => {
  const messages = [answer(at('10:00'), 10), answer(at('10:20'), 5), answer(at('10:21'), 1)];
  expect(steps(messages, at('10:20'))).toEqual([[at('10:21'), 16]]);
});

test('the order in which answers arrive does not matter, and nothing used is nothing told', () => {
  expect(steps([answer(at('12:00'), 2), answer(at('11:00'), 1)], 0)).toEqual([
    [at('11:00'), 1],
    [at('12:00'), 3],
  ]);
  expect(usageSteps([answer(at('12:00'), 0)], 0)).toEqual([]);
});
