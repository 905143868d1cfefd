import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LocalWorld, openWorld } from '../../../test/support/local-scm-world.ts';

describe('what a pull request changes', () => {
  let world: LocalWorld;
  beforeEach(async () => {
    world = await openWorld();
    await world.scm.start();
  });
  afterEach(async () => {
    await world.scm.stop();
    world.remove();
  });
  const git = (...args: string[]) => world.repository.git(...args);
  const open = (head?: string) =>
    world.scm.create({
      session: 'app-1',
      branch: 'feat/a',
      base: 'main',
      title: 'Add a',
      body: '',
      draft: false,
      ...(head === undefined ? {} : { head }),
    });

  it('names both ends of a rename, deletions, modes and odd names', async () => {
    world.repository.commit('main', {
      'old.txt': 'one\ntwo\nthree\n',
      'gone.txt': 'x\n',
      'run.sh': 'x\n',
    });
    git('switch', '-q', '-c', 'feat/a', 'main');
    git('mv', 'old.txt', 'deploy to "prod".tf');
    git('rm', '-q', 'gone.txt');
    git('update-index', '--chmod=+x', 'run.sh');
    git('commit', '-q', '-m', 'all');
    const { key, headSha } = await open();
    const { files } = await world.scm.diff(key, headSha);
    expect(files?.toSorted()).toEqual(
      ['deploy to "prod".tf', 'gone.txt', 'old.txt', 'run.sh'].toSorted(),
    );
  });

  // threat: an agent replaces the head's content for readers, or converts sensitive files to the same text | people see, and owners are asked about, what is in the commit
  it('a replaced head, a text converter and a graft change neither what is shown nor what counts', async () => {
    const sha = world.repository.commit('feat/a', { 'x.tf': 'danger\n' });
    const { key } = await open();
    const before = await world.scm.diff(key, sha);
    const harmless = world.repository.commit('feat/b', { 'readme.txt': 'hello\n' });
    git('replace', sha, harmless);
    const same = join(world.folder, 'same');
    writeFileSync(same, '#!/bin/sh\necho same\n');
    chmodSync(same, 0o755);
    git('config', 'diff.h.textconv', `${same}; :`);
    git('config', 'diff.h.command', same);
    writeFileSync(join(world.repository.path, '.git', 'info', 'attributes'), '* diff=h\n');
    expect(await world.scm.diff(key, sha)).toEqual(before);
    expect(before.files).toEqual(['x.tf']);
    expect(before.patch).toContain('+danger');
  });

  // threat: a file is committed and deleted again without a commit while people look | the diff and the files are those of the head
  it('are those of the head that was asked for, and of no other', async () => {
    const sha = world.repository.commit('feat/a', { 'a.txt': 'a\n' });
    const { key } = await open();
    world.repository.commit('feat/a', { 'b.txt': 'b\n' });
    await expect(world.scm.diff(key, sha)).rejects.toMatchObject({ code: 'AO_SCM_HEAD_MOVED' });
  });

  it('a branch that is at another commit than the work opens nothing', async () => {
    const sha = world.repository.commit('feat/a', { 'a.txt': 'a\n' });
    const other = world.repository.commit('feat/b', { 'b.txt': 'b\n' });
    await expect(open(other)).rejects.toMatchObject({ code: 'AO_SCM_OTHER_HEAD' });
    expect((await open(sha)).headSha).toBe(sha);
  });
});
