import { expect, it } from 'vitest';
import { periodOf, type WantedPeriod } from './cost-period.ts';

it.each<[WantedPeriod, string, unknown]>([
  [{ span: 'today' }, '2026-11-22', { from: '2026-11-22', to: '2026-11-22' }],
  [{ span: 'week' }, '2026-11-22', { from: '2026-11-16', to: '2026-11-22' }],
  [{ span: 'week' }, '2027-01-01', { from: '2026-12-28', to: '2027-01-01' }],
  [{ span: 'month' }, '2028-02-29', { from: '2028-02-01', to: '2028-02-29' }],
  [{}, '2026-11-22', { from: '2026-11-01', to: '2026-11-22' }],
  [
    { from: '2026-10-30', to: '2026-11-02', span: 'today' },
    '2026-11-22',
    { from: '2026-10-30', to: '2026-11-02' },
  ],
  [{ from: '2026-10-30' }, '2026-11-22', { from: '2026-10-30', to: '2026-11-22' }],
  [{ to: '2026-10-30' }, '2026-11-22', { from: '2026-10-01', to: '2026-10-30' }],
  [{ from: '2026-12-01' }, '2026-11-22', { from: '2026-12-01', to: '2026-12-01' }],
  [{ from: '2026-11-31' }, '2026-11-22', '"2026-11-31" isn\'t a day. Use one such as 2026-11-22.'],
  [{ from: '2026-11-03', to: '2026-11-01' }, '2026-11-22', '2026-11-03 is after 2026-11-01.'],
  [{ from: '0001-01-01' }, '2026-11-22', 'That is more than ten years.'],
  [{ from: '2016-10-06' }, '2026-11-22', { from: '2016-10-06', to: '2026-11-22' }],
  [{ from: '2016-10-05' }, '2026-11-22', 'That is more than ten years.'],
])('%o on %s is %o', (wanted, today, period) => {
  expect(periodOf(wanted, today)).toEqual(period);
});
