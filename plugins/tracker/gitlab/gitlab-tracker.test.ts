import { expect } from 'vitest';
import { trackerContract } from '../../../test/contract/tracker.ts';
import { openGitLabWorld } from '../../../test/support/gitlab-world.ts';

trackerContract('gitlab', async () => {
  const world = await openGitLabWorld();
  world.world.member('dana');
  return {
    tracker: world.tracker,
    async close() {
      await world.close();
      expect(world.fake.violations).toEqual([]);
    },
  };
});
