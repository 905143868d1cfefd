import { expect, test } from 'vitest';
import { HOUR, resting } from '../../test/support/session-world.ts';
import { lastTouched, setBack } from './clock-set-back.ts';

test('what was due in a minute is due in a minute, whatever the clock says; nothing but moments changes', () => {
  const world = resting();
  world.send('m1');
  const before = world.snapshot;
  const after = setBack(before, 3 * HOUR);
  expect(lastTouched(after)).toBe(lastTouched(before) - 3 * HOUR);
  expect(after.timers.map(({ dueAt }) => dueAt)).toEqual(before.timers.map(({ dueAt }) => dueAt - 3 * HOUR));
  expect(setBack(after, -3 * HOUR)).toEqual(before);
});
