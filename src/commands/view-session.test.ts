import { expect, test } from 'vitest';
import { mergeable, policyWith, SHA, type World } from '../../test/support/session-world.ts';
import { viewSession } from './view-session.ts';

const words = ({ snapshot, now }: World): string =>
  viewSession(snapshot, { policy: policyWith(), now, version: 0 }).turnText;

test('a merge that somebody pressed asks nobody to approve it', () => {
  const world = mergeable();
  expect(words(world)).toBe('your turn: approve the merge');
  world.command({ type: 'merge', pr: 'local:app#1', sha: SHA(1), method: null });
  expect(words(world)).toBe('is being merged');
});
