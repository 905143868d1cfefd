import { expect, test } from 'vitest';
import { SHA, withPr } from '../../../test/support/session-world.ts';
import type { BranchPush } from '../session/facts.ts';

const commits = [{ sha: SHA(2), author: 'Kim', title: 'Fix <b>it</b>' }];
const pushed = (followed: BranchPush, first = false) => {
  const world = withPr();
  const told = world.snapshot.steers.length;
  const fact = { type: 'branch_pushed', pr: 'local:app#1', sha: SHA(2), followed, first } as const;
  world.fact(fact);
  world.fact(fact);
  const asked = world.snapshot.steers.slice(told).map(({ kind, text }) => ({ kind, text }));
  return { events: world.of('branch.pushed'), asked };
};

test('M13: a push that the worktree has by now is told with who and what, and the agent is left alone', () => {
  const { events, asked } = pushed({ type: 'taken', commits });
  expect(events[0]).toMatchObject({ sha: SHA(2), commits, taken: true });
  expect(asked).toEqual([]);
});

test.each<[BranchPush, RegExp]>([
  [{ type: 'absent' }, /git pull --rebase/],
  [{ type: 'left', why: 'behind', ours: 0, commits }, /git rebase /],
  [{ type: 'left', why: 'diverged', ours: 1, commits }, /on top of theirs/],
  [{ type: 'left', why: 'moved', was: SHA(1), ours: 0, commits }, /--soft .* git stash pop/],
])('M13: %o: told, and the agent is asked once, in no words of others', (followed, words) => {
  const { events, asked } = pushed(followed);
  expect(events.length).toBeGreaterThan(0);
  expect(events[0]).toMatchObject({ taken: false });
  expect(asked).toEqual([{ kind: 'reaction', text: expect.stringMatching(words) }]);
  expect(asked[0]?.text).not.toMatch(/Kim|<b>/);
});

test.each<BranchPush>([{ type: 'absent' }, { type: 'left', why: 'diverged', ours: 2, commits }])(
  'M11: %o, the first head of that name that was ever seen: the agent is to leave it and use another name',
  (followed) => {
    const { events, asked } = pushed(followed, true);
    expect(events[0]).toMatchObject({ taken: false, other: true });
    expect(asked).toEqual([
      {
        kind: 'reaction',
        text: expect.stringMatching(/isn't your work.*push it under another name/),
      },
    ]);
  },
);

test('M11: a push on top of the work is no other work, be it the first head that is seen', () => {
  const { asked } = pushed({ type: 'left', why: 'behind', ours: 0, commits }, true);
  expect(asked).toEqual([{ kind: 'reaction', text: expect.stringMatching(/git rebase /) }]);
});
