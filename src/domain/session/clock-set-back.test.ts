import { expect, test } from 'vitest';
import { HOUR, resting } from '../../../test/support/session-world.ts';
import { lastTouched, setBack } from './clock-set-back.ts';

test('what was due in a minute is due in a minute, whatever the clock says; nothing but moments changes', () => {
  const world = resting();
  world.send('m1');
  const before = world.snapshot;
  const now = world.now - 3 * HOUR;
  const after = setBack(before, 3 * HOUR, now);
  expect(lastTouched(after)).toBe(lastTouched(before) - 3 * HOUR);
  expect(after.timers.map(({ dueAt }) => dueAt)).toEqual(
    before.timers.map(({ dueAt }) => dueAt - 3 * HOUR),
  );
  expect(after.steers.map(({ text, state }) => [text, state])).toEqual(
    before.steers.map(({ text, state }) => [text, state]),
  );
  expect(setBack(after, 3 * HOUR, world.now)).toEqual(after);
});
