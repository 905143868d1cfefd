import nodeCron from 'node-cron';
import { describe, expect, it } from 'vitest';
import { cronError, cronLine } from './cron.ts';

const at = (text: string): number => Date.parse(text);
const slots = (pattern: string, timezone: string, from: string, n: number): readonly string[] => {
  const line = cronLine(pattern, timezone);
  const found: string[] = [];
  for (let after = at(from); found.length < n; ) {
    const next = line.next(after);
    if (next === null) break;
    found.push(new Date(next).toISOString().slice(0, 16));
    after = next;
  }
  return found;
};

describe('a cron line', () => {
  it('follows the clocks of its time zone into summer: a slot that is left out comes after the jump', () => {
    expect(slots('30 2 * * *', 'Europe/Berlin', '2026-03-27T12:00Z', 3)).toEqual([
      '2026-03-28T01:30',
      '2026-03-29T01:00',
      '2026-03-30T00:30',
    ]);
  });

  it('comes once when the clocks go back', () => {
    expect(slots('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00Z', 2)).toEqual([
      '2026-10-25T00:30',
      '2026-10-26T01:30',
    ]);
    expect(slots('30 1 * * *', 'America/New_York', '2026-10-31T12:00Z', 2)).toEqual([
      '2026-11-01T05:30',
      '2026-11-02T06:30',
    ]);
  });

  it('is not asked of node-cron: it has no slot when the clocks jump over it, and two when they go back', () => {
    const task = nodeCron.createTask('30 2 * * *', () => {}, { timezone: 'Europe/Berlin' });
    const slotsOn = (day: string): readonly string[] =>
      Array.from({ length: 48 }, (_, half) => new Date(at(`${day}T00:00Z`) + half * 1_800_000))
        .filter((moment) => task.match(moment))
        .map((moment) => moment.toISOString().slice(11, 16));
    expect(slotsOn('2026-03-28')).toEqual(['01:30']);
    expect(slotsOn('2026-03-29')).toEqual([]);
    expect(slotsOn('2026-10-25')).toEqual(['00:30', '01:30']);
  });

  it('skips months without its day', () => {
    expect(slots('0 9 31 * *', 'UTC', '2026-01-31T10:00Z', 3)).toEqual([
      '2026-03-31T09:00',
      '2026-05-31T09:00',
      '2026-07-31T09:00',
    ]);
  });

  it('finds the latest slot, the moment itself included', () => {
    const line = cronLine('0 9 * * 1-5', 'UTC');
    expect(line.last(at('2026-11-23T09:00:00Z'))).toBe(at('2026-11-23T09:00Z'));
    expect(line.last(at('2026-11-23T08:59:59.999Z'))).toBe(at('2026-11-20T09:00Z'));
    expect(line.next(at('2026-11-20T09:00Z'))).toBe(at('2026-11-23T09:00Z'));
  });

  it('has an end where there is no such day', () => {
    expect(cronLine('0 0 30 2 *', 'UTC').next(at('2026-01-01T00:00Z'))).toBeNull();
  });

  it('says what is wrong with a line that is none', () => {
    expect(cronError('61 * * * *')).toMatch(/minute/);
    expect(cronError('tomorrow')).not.toBeNull();
    for (const fine of ['0 9 * * 1-5', '@daily', '*/15 * * * *'])
      expect(cronError(fine)).toBeNull();
  });
});
