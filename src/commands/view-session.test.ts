import { expect, test } from 'vitest';
import {
  admitted,
  launching,
  mergeable,
  policyWith,
  SHA,
  startRuntime,
  type World,
  working,
} from '../../test/support/session-world.ts';
import { viewSession } from './view-session.ts';

const words = ({ snapshot, now }: World, policy = policyWith()): string =>
  viewSession(snapshot, { policy, now, version: 0 }).turnText;

test('a merge that somebody pressed asks nobody to approve it', () => {
  const world = mergeable();
  expect(words(world)).toBe('your turn: approve the merge');
  world.command({ type: 'merge', pr: 'local:app#1', sha: SHA(1), method: null });
  expect(words(world)).toBe('is being merged');
});

test('a session that starts says what it waits for, and not that it is the turn of an agent that was asked nothing', () => {
  const world = admitted();
  expect(words(world)).toBe('its worktree is being made: checkout, copies');
  expect(words(world, { ...policyWith(), postCreateLimit: 600_000 })).toBe(
    'its worktree is being made: checkout, copies, then postCreate (10m at most)',
  );
  expect(words(launching())).toBe('the agent is being started');
  const started = launching();
  startRuntime(started);
  expect(words(started)).toBe('the agent has not taken its task yet');
  expect(words(working())).toBe("agent's turn");
});
