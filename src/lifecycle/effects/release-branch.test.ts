import { expect, test } from 'vitest';
import { createFakeScm } from '../../../test/fakes/fake-scm.ts';
import { launching, SHA, withPr } from '../../../test/support/session-world.ts';
import type { Snapshot } from '../../domain/session/session.ts';
import { rejected } from '../../slots/errors.ts';
import type { ScmPlugin, StackMove } from '../../slots/scm.ts';
import { releaseBranch } from './release-branch.ts';

/** A session whose pull request #1 was merged. */
function merged(): Snapshot {
  const world = withPr();
  world.pr({ state: 'merged', mergeSha: SHA(9) });
  return world.snapshot;
}
const scmThat = (moveStacked: () => Promise<StackMove>): ScmPlugin => ({
  ...createFakeScm(),
  moveStacked,
});

test('M12: what went into the branch is told where it goes now, and the branch may be deleted', async () => {
  const scm = scmThat(async () => ({ base: 'main', moved: [2, 3], stay: [] }));
  const own = merged();
  expect(await releaseBranch(own, scm, [own])).toEqual({
    mayDelete: true,
    notes: [`#2, #3 went into ${own.prs[0]?.branch} and now into main.`],
  });
});

test('M12: the branch stays where one could not be moved, where nobody can tell, and under a session without a pull request', async () => {
  const own = merged();
  const { branch } = own.session;
  const stays = scmThat(async () => ({
    base: 'main',
    moved: [],
    stay: [{ number: 2, why: 'GitHub refused.' }],
  }));
  expect(await releaseBranch(own, stays, [])).toEqual({
    mayDelete: false,
    notes: [
      `The branch ${branch} was kept: #2 goes into it and could not be moved to main: GitHub refused.`,
    ],
  });
  const down = scmThat(() => Promise.reject(rejected('AO_X', 'The forge is away.')));
  expect(await releaseBranch(own, down, [])).toMatchObject({
    mayDelete: false,
    notes: [expect.stringContaining('The forge is away.')],
  });
  const other = launching().snapshot;
  const onTop: Snapshot = {
    ...other,
    session: { ...other.session, id: 'app-9' as typeof other.session.id, base: branch },
  };
  const nothing = scmThat(async () => ({ base: 'main', moved: [], stay: [] }));
  expect(await releaseBranch(own, nothing, [own, onTop])).toEqual({
    mayDelete: false,
    notes: [`The branch ${branch} was kept: app-9 started from it.`],
  });
});
