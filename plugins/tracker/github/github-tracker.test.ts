import { expect } from 'vitest';
import { trackerContract } from '../../../test/contract/tracker.ts';
import { openGitHubWorld } from '../../../test/support/github-world.ts';

trackerContract('github', async () => {
  const world = await openGitHubWorld();
  world.world.collaborators.set('dana', 'write');
  return {
    tracker: world.tracker,
    async close() {
      await world.close();
      expect(world.fake.violations).toEqual([]);
    },
  };
});
