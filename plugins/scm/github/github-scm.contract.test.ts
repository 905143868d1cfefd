import { expect } from 'vitest';
import { scmContract } from '../../../test/contract/scm.ts';
import { openGitHubWorld } from '../../../test/support/github-world.ts';

scmContract('github', async () => {
  const world = await openGitHubWorld();
  return {
    scm: world.scm,
    commit: (branch, files) => world.commit(branch, files),
    async close() {
      await world.close();
      expect(world.fake.violations).toEqual([]);
    },
  };
});
