import { describe, expect, it } from 'vitest';
import { daysBetween, isDay, monthStart, nextMonthStart, weekStart } from './calendar.ts';

describe('calendar', () => {
  it('knows weeks and months at their ends', () => {
    expect(weekStart('2026-11-22')).toBe('2026-11-16');
    expect(weekStart('2026-11-23')).toBe('2026-11-23');
    expect(weekStart('2027-01-01')).toBe('2026-12-28');
    expect(monthStart('2026-02-28')).toBe('2026-02-01');
    expect(['2026-01-31', '2026-02-01', '2026-12-05'].map(nextMonthStart)).toEqual([
      '2026-02-01',
      '2026-03-01',
      '2027-01-01',
    ]);
    expect(daysBetween('2028-02-28', '2028-03-01')).toEqual([
      '2028-02-28',
      '2028-02-29',
      '2028-03-01',
    ]);
    expect(daysBetween('2026-03-02', '2026-03-01')).toEqual([]);
  });

  it('tells a day from what only looks like one', () => {
    expect(['2026-02-28', '2028-02-29'].map(isDay)).toEqual([true, true]);
    expect(['2026-02-29', '2026-13-01', '2026-1-1', 'today', ''].map(isDay)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});
