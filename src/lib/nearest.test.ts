import { expect, test } from 'vitest';
import { editDistance, nearest } from './nearest.ts';

test.each([
  ['', '', 0],
  ['abc', '', 3],
  ['spwan', 'spawn', 1],
  ['kitten', 'sitting', 3],
  ['agnt', 'agent', 1],
])('editDistance(%j, %j) is %i', (a, b, expected) => {
  expect(editDistance(a, b)).toBe(expected);
});

test('the nearest name is offered only when it is near', () => {
  expect(nearest('stauts', ['start', 'status', 'stop'])).toBe('status');
  expect(nearest('SPAWN', ['spawn'])).toBe('spawn');
  expect(nearest('xyzzy', ['start', 'status'])).toBeNull();
  expect(nearest('a', [])).toBeNull();
});
