import nodeCron from 'node-cron';
import { afterEach, expect, it } from 'vitest';
import { until } from '../../test/support/until.ts';
import { cronLine } from '../lib/cron.ts';
import { type CronAlarms, nodeCronAlarms } from './cron-alarms.ts';

let alarms: CronAlarms | null = null;
afterEach(() => alarms?.stop());

it('wakes at the moments of a line, until the line is taken away', async () => {
  let woken = 0;
  alarms = nodeCronAlarms(() => {
    woken += 1;
  });
  const everySecond = cronLine('* * * * * *', 'UTC');
  alarms.set([everySecond]);
  await until(() => woken >= 1);
  // The same line again is the same task.
  alarms.set([everySecond, cronLine('0 0 1 1 *', 'UTC')]);
  const before = woken;
  await until(() => woken > before);
  alarms.set([]);
  const alive = [...nodeCron.getTasks().values()].filter(
    (task) => task.getPattern() === '* * * * * *' && task.getStatus() !== 'destroyed',
  );
  expect(alive).toEqual([]);
});
