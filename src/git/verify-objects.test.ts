import { chmodSync, copyFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { gitEnv, makeRepo, type Repo, type TempDir, tempDir } from '../../test/support/tmp.ts';
import { openRepositoryGit, type RepositoryGit } from './repository-git.ts';
import { verifyObjects } from './verify-objects.ts';

let temp: TempDir;
let repo: Repo;
let git: RepositoryGit;
beforeEach(() => {
  temp = tempDir();
  repo = makeRepo({ in: temp.path, files: { 'a.txt': 'one\n', 'dir/b.txt': 'two\n' } });
  repo.git('checkout', '-qb', 'work');
  repo.write('dir/b.txt', 'good\n');
  repo.git('commit', '-qam', 'middle');
  repo.write('a.txt', 'good, too\n');
  repo.git('commit', '-qam', 'tip');
  repo.git('checkout', '-q', 'main');
  repo.write('c.txt', 'base goes on\n');
  repo.git('add', '-A');
  repo.git('commit', '-qm', 'base');
  git = openRepositoryGit(repo.path, { env: gitEnv(), stateDir: join(temp.path, 'state') });
});
afterEach(() => temp.remove());

const sha = (name: string): string => repo.git('rev-parse', name);
const verify = () => verifyObjects(git, { base: sha('main'), head: sha('work'), temp: temp.path });
const fileOf = (name: string): string =>
  join(repo.path, '.git/objects', name.slice(0, 2), name.slice(2));

// threat: an agent puts another content in the place of an object of git, for people to approve what isn't merged | neither shown nor merged
test('an object with another content is found wherever a diff or a merge would read it', async () => {
  await verify();
  writeFileSync(join(temp.path, 'evil'), 'evil\n');
  const blob = repo.git('hash-object', '-w', join(temp.path, 'evil'));
  repo.git('read-tree', '--empty');
  repo.git('update-index', '--add', '--cacheinfo', `100644,${blob},a.txt`);
  const tree = repo.git('write-tree');
  const commit = repo.git('commit-tree', '-m', 'evil', '-p', sha('main~1'), tree);
  for (const [name, other] of [
    ['work:a.txt', blob],
    ['main~1:a.txt', blob],
    ['work:dir', tree],
    ['main~1:dir', tree],
    ['work^{tree}', tree],
    ['main^{tree}', tree],
    ['main~1^{tree}', tree],
    ['work~1', commit],
    ['main', commit],
  ] as const) {
    const file = fileOf(sha(name));
    const head = { base: sha('main'), head: sha('work'), temp: temp.path };
    renameSync(file, join(temp.path, 'kept'));
    copyFileSync(fileOf(other), file);
    chmodSync(file, 0o644);
    await expect(verifyObjects(git, head), name).rejects.toMatchObject({
      kind: 'rejected',
      code: 'AO_GIT_FORGED',
    });
    rmSync(file);
    renameSync(join(temp.path, 'kept'), file);
  }
  await verify();
});

test('packed objects, a base that is the origin, and histories without a common commit are fine', async () => {
  repo.git('gc', '-q');
  await verify();
  await verifyObjects(git, { base: sha('main~1'), head: sha('work'), temp: temp.path });
  const alone = repo.git('commit-tree', '-m', 'alone', sha('main^{tree}'));
  await verifyObjects(git, { base: alone, head: sha('work'), temp: temp.path });
});
