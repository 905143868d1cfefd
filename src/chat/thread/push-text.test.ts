import { expect, test } from 'vitest';
import { branchPushedText } from './push-text.ts';

const event = {
  type: 'branch.pushed' as const,
  pr: 'local:app#1',
  sha: '1f0c9d1a',
  commits: [{ sha: '1f0c9d1a', author: 'Kim', title: 'Fix' }],
  taken: false,
};

test('M11: a head that never was the session’s work is not called a push that the agent takes in', () => {
  expect(branchPushedText({ ...event, other: true }, '#1')).toBe(
    "⚠️ PR #1 is at 1f0c9d1: 1f0c9d1 \"Fix\", which isn't this session's work. ao doesn't merge it like that; the agent is asked to push its own under another name.",
  );
  expect(branchPushedText(event, '#1')).toContain('asked to take it in');
});
