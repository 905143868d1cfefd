import { expect, it } from 'vitest';
import { manualClock } from '../../test/support/manual-clock.ts';
import { startParts, stopParts } from './run-parts.ts';

const logger = () => {
  const told: string[] = [];
  const tell = (fields: object, message: string) =>
    void told.push(`${(fields as { part: string }).part} ${message}`);
  return { told, logger: { debug() {}, info: tell, warn: tell, error: tell } };
};

it('starts in order and stops in reverse', async () => {
  const done: string[] = [];
  const parts = ['a', 'b', 'c'].map((name) => ({
    name,
    start: () => void done.push(`start ${name}`),
    stop: () => void done.push(`stop ${name}`),
  }));
  await startParts(parts);
  await stopParts(parts, { clock: manualClock(), logger: logger().logger });
  expect(done).toEqual(['start a', 'start b', 'start c', 'stop c', 'stop b', 'stop a']);
});

it.each([
  [
    'throws',
    () => {
      throw new Error('no');
    },
  ],
  ['rejects', () => Promise.reject(new Error('no'))],
])('a part whose stop %s is named, and the others are stopped', async (_how, stop) => {
  const stopped: string[] = [];
  const { told, logger: log } = logger();
  const parts = [
    { name: 'database', stop: () => void stopped.push('database') },
    { name: 'bad', stop },
    { name: 'last', stop: () => void stopped.push('last') },
  ];
  await stopParts(parts, { clock: manualClock(), logger: log });
  expect(stopped).toEqual(['last', 'database']);
  expect(told).toEqual(['bad could not be stopped']);
});

it('parts that hang are left behind after 4 s in all, not 4 s each', async () => {
  const clock = manualClock();
  const { told, logger: log } = logger();
  const closed: string[] = [];
  const hanging = { stop: () => new Promise<void>(() => {}) };
  const stopping = stopParts(
    [
      { name: 'database', stop: () => void closed.push('database') },
      { name: 'slack', ...hanging },
      { name: 'discord', ...hanging },
    ],
    { clock, logger: log },
  );
  clock.advance(3_999);
  await Promise.resolve();
  expect(closed).toEqual([]);
  clock.advance(1);
  await stopping;
  expect(closed).toEqual(['database']);
  expect(told).toEqual([
    'discord did not stop in time and was left behind',
    'slack did not stop in time and was left behind',
  ]);
});
