import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/lib/clock.ts';
import { type Repo, repoAt } from '../../../test/support/tmp.ts';
import { until } from '../../../test/support/until.ts';
import { type WorktreeHarness, worktreeHarness } from './worktree-harness.ts';

let harness: WorktreeHarness;
/** Of the harness: the remote. */
let remote: Repo;
let clone: Repo;
const T = 1_700_000_000_000;

beforeEach(async () => {
  // What is due is due; nothing comes due while a loaded machine is slow.
  harness = await worktreeHarness((ms, run) =>
    ms === 0 ? systemClock.after(0, run) : { cancel: () => {} },
  );
  remote = harness.repo;
  remote.git('clone', '-q', '.', '../clone');
  clone = repoAt(join(harness.temp, 'clone'));
});
afterEach(() => harness.dispose());

const commit = (repo: Repo, text: string): string => {
  repo.git('commit', '-q', '--allow-empty', '-m', text);
  return repo.git('rev-parse', 'HEAD');
};
const create = (id: string, more = {}) =>
  harness.workspace.create(harness.spec(id, { repo: clone.path, ...more }));

describe('the base of a session', () => {
  it("is what the remote has now, and counts as nobody's work", async () => {
    const old = clone.git('rev-parse', 'main');
    const pushed = commit(remote, 'pushed by somebody else');
    const { path, baseSha, notes } = await create('app-1');
    expect({ baseSha, notes }).toEqual({ baseSha: pushed, notes: undefined });
    expect(clone.git('rev-parse', 'main')).toBe(old);
    expect(await harness.workspace.state(path, 'main')).toMatchObject({ ahead: 0 });
    expect(await harness.workspace.diff(path, 'main')).toMatchObject({ files: 0 });
  });

  it('is one that only the remote has, made after the clone', async () => {
    remote.git('checkout', '-qb', 'release');
    const pushed = commit(remote, 'release');
    expect(await create('app-1', { base: 'release' })).toMatchObject({ baseSha: pushed });
  });

  it('has the commits of the clone that were not pushed, and names them', async () => {
    const mine = commit(clone, 'only here');
    const { baseSha, notes } = await create('app-1');
    expect(baseSha).toBe(mine);
    expect(notes).toEqual([expect.stringMatching(/not pushed: [0-9a-f]{7,} only here/)]);
  });

  it("is the remote's where both have commits of their own, and says so", async () => {
    commit(clone, 'only here');
    const pushed = commit(remote, 'pushed');
    const { baseSha, notes } = await create('app-1');
    expect(baseSha).toBe(pushed);
    expect(notes).toEqual([
      expect.stringMatching(/without these of the clone: [0-9a-f]{7,} only here/),
    ]);
  });

  it('is asked of the remote once a minute, by all sessions together', async () => {
    harness.setTime(T);
    const log = join(harness.temp, 'fetches');
    const bin = join(harness.temp, 'fake-git');
    writeFileSync(
      bin,
      `#!/bin/sh\ncase "$*" in *"fetch "*) echo x >> '${log}';; esac\nexec git "$@"\n`,
      { mode: 0o755 },
    );
    const count = () => (existsSync(log) ? readFileSync(log, 'utf8').length / 2 : 0);
    const workspace = harness.build({ bin });
    const spawn = (id: string) => workspace.create(harness.spec(id, { repo: clone.path }));
    await Promise.all([spawn('app-1'), spawn('app-2'), spawn('app-3')]);
    expect(count()).toBe(1);
    harness.setTime(T + 60_000);
    const pushed = commit(remote, 'later');
    expect(await spawn('app-4')).toMatchObject({ baseSha: pushed });
    expect(count()).toBe(2);
  });

  it('is fetched from the moment the repository is looked at, before a workspace is asked for', async () => {
    const pushed = commit(remote, 'pushed');
    await harness.workspace.checkRepository(clone.path);
    await until(
      () => clone.git('rev-parse', 'refs/remotes/origin/main') === pushed,
      20_000,
      'the fetch',
    );
  });

  it("is the clone's where the remote is gone, with a warning and without a failure", async () => {
    renameSync(remote.path, `${remote.path}-gone`);
    const { baseSha, notes } = await create('app-1');
    expect(baseSha).toBe(clone.git('rev-parse', 'main'));
    expect(notes).toEqual([expect.stringMatching(/did not give main .*may be old/)]);
  });

  it('is not waited for where the remote never answers', async () => {
    const bin = join(harness.temp, 'fake-git');
    const gate = join(harness.temp, 'gate');
    const mark = join(harness.temp, 'hangs');
    writeFileSync(gate, '');
    writeFileSync(
      bin,
      `#!/bin/sh\ncase "$*" in *"fetch "*) touch '${mark}'; while [ -e '${gate}' ]; do sleep 0.1; done;; esac\nexec git "$@"\n`,
      { mode: 0o755 },
    );
    harness.setTime(T);
    const workspace = harness.build({ bin });
    await workspace.checkRepository(clone.path);
    await until(() => existsSync(mark), 20_000, 'the fetch to hang');
    // The wait began with the fetch, so it is over.
    harness.setTime(T + 10_000);
    const { notes } = await workspace.create(harness.spec('app-1', { repo: clone.path }));
    expect(notes).toEqual([expect.stringContaining('no answer within 10 s')]);
    rmSync(gate);
  });
});
