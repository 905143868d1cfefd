import assert from 'node:assert/strict';
import test from 'node:test';
import { formatDuration, parseDuration, UNITS } from '../src/index.ts';

test('units are listed from the largest to the smallest', () => {
  const sizes = UNITS.map((unit) => unit.ms);
  assert.deepEqual(
    sizes,
    sizes.toSorted((a, b) => b - a),
  );
});

test('what is formatted can be parsed again', () => {
  for (const ms of [1, 999, 61_000, 86_400_000, 1_234_567_890]) {
    assert.equal(parseDuration(formatDuration(ms, { units: 9 })), ms);
  }
});
