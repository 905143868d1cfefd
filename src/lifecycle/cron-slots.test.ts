import { describe, expect, it } from 'vitest';
import { type FakeClock, fakeClock } from '../../test/support/fake-clock.ts';
import { memoryKeyValue, silentLogger } from '../../test/support/plugin-context.ts';
import { cronLine } from '../lib/cron.ts';
import { createCronSlots } from './cron-slots.ts';

const HOUR = 3_600_000;
const at = (text: string): number => Date.parse(text);
const day = (slot: number): string => new Date(slot).toISOString().slice(0, 16);

/** Time passes in steps, and what was begun is let finish after each. */
async function pass(clock: FakeClock, hours: number): Promise<void> {
  for (let n = 0; n < hours; n += 1) {
    clock.pass(HOUR);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function world(start: string, pattern = '30 2 * * *', timezone = 'Europe/Berlin') {
  const clock = fakeClock(at(start));
  const kv = memoryKeyValue();
  const ran: string[] = [];
  let failures = 0;
  const open = () =>
    createCronSlots({
      kv,
      clock,
      logger: silentLogger,
      entries: () => [
        {
          id: 'nightly',
          line: cronLine(pattern, timezone),
          run(slot) {
            if (failures > 0) {
              failures -= 1;
              throw new Error('not now');
            }
            ran.push(day(slot));
          },
        },
      ],
    });
  return { clock, kv, ran, open, fail: (n: number) => (failures = n) };
}

describe('slots of a cron line', () => {
  it('run once each over the days on which the clocks change', async () => {
    const spring = world('2026-03-27T12:00Z');
    spring.open().start();
    await pass(spring.clock, 3 * 24);
    expect(spring.ran).toEqual(['2026-03-28T01:30', '2026-03-29T01:00', '2026-03-30T00:30']);
    const autumn = world('2026-10-24T12:00Z');
    autumn.open().start();
    await pass(autumn.clock, 2 * 24);
    expect(autumn.ran).toEqual(['2026-10-25T00:30', '2026-10-26T01:30']);
  });

  it('an entry that is new begins with its next slot', async () => {
    const { clock, open, ran } = world('2026-05-01T12:00Z');
    open().start();
    await pass(clock, 1);
    expect(ran).toEqual([]);
  });

  it('a restart between slots repeats none; after days of downtime the latest is made up for, once', async () => {
    const { clock, open, ran } = world('2026-05-01T12:00Z');
    const first = open();
    first.start();
    await pass(clock, 24);
    first.stop();
    const second = open();
    second.start();
    await pass(clock, 1);
    second.stop();
    expect(ran).toEqual(['2026-05-02T00:30']);
    await pass(clock, 3 * 24);
    open().start();
    await pass(clock, 2);
    expect(ran).toEqual(['2026-05-02T00:30', '2026-05-05T00:30']);
  });

  it('one that failed is tried again until it is through', async () => {
    const { clock, open, ran, fail } = world('2026-05-01T12:00Z');
    open().start();
    fail(3);
    await pass(clock, 24);
    expect(ran).toEqual(['2026-05-02T00:30']);
  });

  it('a clock that jumps ahead is noticed', async () => {
    const { clock, open, ran } = world('2026-05-01T12:00Z');
    open().start();
    clock.jump(20 * HOUR);
    await pass(clock, 1);
    expect(ran).toEqual(['2026-05-02T00:30']);
  });
});
