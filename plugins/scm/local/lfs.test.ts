import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { check, type LocalWorld, openWorld } from '../../../test/support/local-scm-world.ts';
import { until } from '../../../test/support/until.ts';

const HAS_LFS = spawnSync('git', ['lfs', 'version']).status === 0;
if (!HAS_LFS)
  console.warn('git-lfs is not installed: what ao does with files in Git LFS is NOT tested here');

let world: LocalWorld;
afterEach(async () => {
  await world?.scm.stop();
  world?.remove();
});

/** What became of a check that wants the content of a file in LFS. */
async function checked(spoil: () => void): Promise<{ conclusion: string | null; log: string }> {
  world = await openWorld({ checks: [check('content', 'cat big.bin && grep -q content big.bin')] });
  const { repository, scm } = world;
  repository.git('lfs', 'install', '--local');
  repository.git('checkout', '-qb', 'feat/a');
  repository.write({
    '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
    'big.bin': 'content\n',
  });
  repository.git('add', '-A');
  repository.git('commit', '-qm', 'a file in LFS');
  repository.git('checkout', '-q', 'main');
  spoil();
  await scm.start();
  const { key } = await scm.create({
    session: 'app-1',
    branch: 'feat/a',
    base: 'main',
    title: 'A',
    body: '',
    draft: false,
  });
  const run = await until(
    async () => (await scm.read(key)).checks.checks.find((one) => one.status === 'completed'),
    15_000,
    'the check',
  );
  return { conclusion: run.conclusion, log: await scm.checkLog(key, run.ref ?? '') };
}

describe.skipIf(!HAS_LFS)('a check of a commit with files in Git LFS', () => {
  it('has their content', async () => {
    expect(await checked(() => {})).toMatchObject({ conclusion: 'success' });
  });

  it("says in git's own words which can't be had, and isn't a failure of the code", async () => {
    const { conclusion, log } = await checked(() =>
      rmSync(join(world.repository.path, '.git/lfs'), { recursive: true }),
    );
    expect(conclusion).toBe('infrastructure');
    expect(log).toContain('big.bin');
  });
});
