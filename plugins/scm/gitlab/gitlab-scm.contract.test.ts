import { expect } from 'vitest';
import { scmContract } from '../../../test/contract/scm.ts';
import { openGitLabWorld } from '../../../test/support/gitlab-world.ts';

scmContract('gitlab', async () => {
  const world = await openGitLabWorld();
  return {
    scm: world.scm,
    commit: (branch, files) => world.commit(branch, files),
    async close() {
      await world.close();
      expect(world.fake.violations).toEqual([]);
    },
  };
});
