import { scmContract } from '../../../test/contract/scm.ts';
import { openWorld } from '../../../test/support/local-scm-world.ts';

scmContract('local', async () => {
  const world = await openWorld();
  return { scm: world.scm, commit: world.repository.commit, close: async () => world.remove() };
});
