import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LEE } from '../../../test/contract/scm.ts';
import { check, type LocalWorld, openWorld } from '../../../test/support/local-scm-world.ts';
import { makeRepo, type Repo, repoAt } from '../../../test/support/tmp.ts';
import { until } from '../../../test/support/until.ts';

let world: LocalWorld;
let lib: Repo;
let session: Repo;
const ALLOWED = ['-c', 'protocol.file.allow=always'];

beforeEach(async () => {
  world = await openWorld({ checks: [check('there', 'cat lib/lib.txt')] });
  lib = makeRepo({ in: world.folder, name: 'lib', files: { 'lib.txt': 'lib\n' } });
  const { git } = world.repository;
  git(...ALLOWED, 'submodule', '--quiet', 'add', lib.path, 'lib');
  git('commit', '-qm', 'lib');
  git('worktree', 'add', '-q', '-b', 'feat/a', '../session');
  session = repoAt(join(world.repository.path, '../session'));
  session.git(...ALLOWED, 'submodule', '--quiet', 'update', '--init');
  const sub = repoAt(join(session.path, 'lib'));
  sub.write('lib.txt', 'new\n');
  sub.git('commit', '-qam', 'new');
  session.git('commit', '-qam', 'pointer');
  await world.scm.start();
});
afterEach(async () => {
  await world.scm.stop();
  world.remove();
});

it('a pointer to a commit that was pushed nowhere is not merged, and checks of it are no failure of the code', async () => {
  const { key, headSha } = await world.scm.create({
    session: 'app-1',
    branch: 'feat/a',
    base: 'main',
    title: 'A',
    body: '',
    draft: false,
  });
  const merge = () =>
    world.scm.merge(key, {
      sha: headSha,
      base: 'main',
      method: 'squash',
      title: 'A',
      body: '',
      by: LEE,
    });
  const before = world.repository.git('rev-parse', 'main');
  await expect(merge()).rejects.toMatchObject({
    kind: 'rejected',
    code: 'AO_SCM_SUBMODULE_UNPUSHED',
    message: expect.stringContaining('lib is pinned to'),
  });
  expect(world.repository.git('rev-parse', 'main')).toBe(before);
  const checked = () =>
    until(
      async () => {
        const { checks } = await world.scm.read(key);
        return checks.checks.every(({ status }) => status === 'completed')
          ? checks.checks[0]
          : null;
      },
      60_000,
      'the check to end',
    );
  expect((await checked()).conclusion).not.toBe('failure');

  repoAt(join(session.path, 'lib')).git('push', '-q', 'origin', 'HEAD:refs/heads/new');
  await world.scm.rerun(key, headSha);
  await until(
    async () => (await world.scm.read(key)).checks.state === 'passing',
    60_000,
    'the check to see the pushed commit',
  );
  expect(await merge()).toMatchObject({ type: 'merged' });
});
