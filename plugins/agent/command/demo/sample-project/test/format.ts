import assert from 'node:assert/strict';
import test from 'node:test';
import { formatDuration } from '../src/index.ts';

test('the two largest units are shown', () => {
  assert.equal(formatDuration(7_500_000), '2h 5m');
  assert.equal(formatDuration(90_061_000), '1d 1h');
});

test('the number of units can be chosen', () => {
  assert.equal(formatDuration(90_061_000, { units: 4 }), '1d 1h 1m 1s');
  assert.equal(formatDuration(90_061_000, { units: 1 }), '1d');
});

test('nothing and negative durations', () => {
  assert.equal(formatDuration(0), '0s');
  assert.equal(formatDuration(-60_000), '-1m');
});
