import assert from 'node:assert/strict';
import test from 'node:test';
import { parseDuration } from '../src/index.ts';

test('units add up', () => {
  assert.equal(parseDuration('1h 30m'), 5_400_000);
  assert.equal(parseDuration('2d'), 172_800_000);
});

test('blanks do not matter', () => {
  assert.equal(parseDuration('  1h   30 m '), 5_400_000);
  assert.equal(parseDuration('90s'), 90_000);
});
