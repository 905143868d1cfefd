import { describe, expect, it } from 'vitest';
import { zoneDays } from './zone-days.ts';

const addDays = (day: string, n: number): string =>
  new Date(Date.parse(day) + n * 24 * 3_600_000).toISOString().slice(0, 10);

const HOUR = 3_600_000;
const iso = (at: number): string => new Date(at).toISOString();

describe('days of a time zone', () => {
  it.each([
    ['UTC', '2026-11-21', '2026-11-21T00:00:00.000Z', 24],
    ['Europe/Berlin', '2026-03-29', '2026-03-28T23:00:00.000Z', 23],
    ['Europe/Berlin', '2026-10-25', '2026-10-24T22:00:00.000Z', 25],
    ['America/New_York', '2026-03-08', '2026-03-08T05:00:00.000Z', 23],
    ['America/New_York', '2026-11-01', '2026-11-01T04:00:00.000Z', 25],
    ['Asia/Kathmandu', '2026-11-21', '2026-11-20T18:15:00.000Z', 24],
    ['Pacific/Kiritimati', '2026-12-31', '2026-12-30T10:00:00.000Z', 24],
    ['Pacific/Pago_Pago', '2026-12-31', '2026-12-31T11:00:00.000Z', 24],
    // The clocks go from 23:59 to 01:00.
    ['Africa/Cairo', '2026-04-24', '2026-04-23T22:00:00.000Z', 23],
  ])('%s %s begins at %s and has %i hours', (zone, day, start, hours) => {
    const days = zoneDays(zone);
    expect(iso(days.startOf(day))).toBe(start);
    expect((days.startOf(addDays(day, 1)) - days.startOf(day)) / HOUR).toBe(hours);
    expect([days.dayOf(days.startOf(day) - 1), days.dayOf(days.startOf(day))]).toEqual([
      addDays(day, -1),
      day,
    ]);
  });

  it('every moment of a year is in the day that begins before it', () => {
    for (const zone of ['Europe/Berlin', 'America/Havana', 'Australia/Lord_Howe', 'Asia/Beirut']) {
      const days = zoneDays(zone);
      for (const day of Array.from({ length: 365 }, (_, n) => addDays('2026-01-01', n))) {
        expect([
          zone,
          day,
          days.dayOf(days.startOf(day)),
          days.dayOf(days.startOf(day) - 1),
        ]).toEqual([zone, day, day, addDays(day, -1)]);
      }
    }
  });
});
