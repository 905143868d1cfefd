import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LEE } from '../../../test/contract/scm.ts';
import { type GitHubWorld, openGitHubWorld } from '../../../test/support/github-world.ts';
import { makeRepo } from '../../../test/support/tmp.ts';

let world: GitHubWorld;
beforeEach(async () => {
  world = await openGitHubWorld();
});
afterEach(async () => {
  await world.close();
  expect(world.fake.violations).toEqual([]);
});

it('W10: a pointer to a commit of a submodule that was pushed nowhere is not merged, and merges once it was', async () => {
  const app = world.repository;
  const allowed = ['-c', 'protocol.file.allow=always'];
  const lib = makeRepo({ in: join(app.path, '..'), name: 'lib', files: { 'lib.txt': 'lib\n' } });
  app.git(...allowed, 'submodule', '--quiet', 'add', lib.path, 'lib');
  app.git('commit', '-qm', 'lib');
  app.git('push', '-q', 'origin', 'HEAD:refs/heads/main');
  app.git('checkout', '-qb', 'feat/a');
  const sub = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t.test', ...args], {
      cwd: join(app.path, 'lib'),
      encoding: 'utf8',
    });
  writeFileSync(join(app.path, 'lib', 'lib.txt'), 'new\n');
  sub('commit', '-qam', 'new');
  app.git('commit', '-qam', 'pointer');
  app.git('push', '-q', 'origin', 'HEAD:refs/heads/feat/a');
  const pull = world.world.open({ branch: 'feat/a', title: 'A' });
  const merge = () =>
    world.scm.merge('github:acme/app#1', {
      sha: pull.headSha,
      base: 'main',
      method: 'squash',
      title: 'A',
      body: '',
      by: LEE,
    });
  await expect(merge()).rejects.toMatchObject({
    kind: 'rejected',
    code: 'AO_SCM_SUBMODULE_UNPUSHED',
    message: expect.stringContaining('lib is pinned to'),
  });
  expect(world.world.pull(1).state).toBe('OPEN');
  sub('push', '-q', 'origin', 'HEAD:refs/heads/new');
  expect(await merge()).toMatchObject({ type: 'merged' });
});
