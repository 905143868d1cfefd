import { expect, onTestFinished, test } from 'vitest';
import { lifecycleWorld } from '../../test/support/lifecycle-world.ts';
import { until } from '../../test/support/until.ts';
import { nextNumber, raiseNumber } from '../db/sequence.ts';
import type { Project } from '../lifecycle/plugins.ts';
import { transient } from '../slots/errors.ts';
import { createTakenNumbers } from './taken-numbers.ts';

test('a listing that fails keeps no bot from starting, and counts once it answers', async () => {
  const { db, clock, logger } = lifecycleWorld();
  const project = { id: 'app', prefix: 'app', repo: '/r' } as Project;
  let isDown = true;
  const taken = createTakenNumbers({
    clock,
    logger,
    projects: [project],
    runtimes: () => [{ observe: async () => [{ id: `${project.prefix}-3` }] }],
    workspaces: async () => {
      if (isDown) throw transient('AO_GIT', 'git did not answer.');
      return [{ id: `${project.prefix}-7` }, { id: 'other-99' }];
    },
    raise: (prefix, highest) => raiseNumber(db, prefix, highest),
  });
  onTestFinished(() => taken.stop());
  await taken.look();
  expect(nextNumber(db, project.prefix)).toBe(4);
  isDown = false;
  clock.pass(10_000);
  await until(() => nextNumber(db, project.prefix) >= 8, { what: 'the worktrees to count' });
});
