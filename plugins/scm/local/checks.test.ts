import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { PullRequestFact } from '../../../src/domain/session/facts.ts';
import type { ScmPlugin } from '../../../src/slots/scm.ts';
import { check, type LocalWorld, openWorld } from '../../../test/support/local-scm-world.ts';
import { until } from '../../../test/support/until.ts';

describe('checks of the local scm', () => {
  const started: ScmPlugin[] = [];
  let world: LocalWorld;
  afterEach(async () => {
    for (const scm of started.splice(0)) await scm.stop();
    world.remove();
  });

  const start = async (scm: ScmPlugin): Promise<ScmPlugin> => {
    started.push(scm);
    await scm.start();
    return scm;
  };
  const open = async (options: Parameters<typeof openWorld>[0]): Promise<void> => {
    world = await openWorld(options);
    await start(world.scm);
  };
  const pr = async (
    files: Record<string, string> = { 'a.txt': 'a\n' },
  ): Promise<PullRequestFact> => {
    world.repository.commit('feat/a', files);
    return world.scm.create({
      session: 'app-1',
      branch: 'feat/a',
      base: 'main',
      title: 'A',
      body: '',
      draft: false,
    });
  };
  const state = async (key: string, wanted: string, scm = world.scm) =>
    until(
      async () => {
        const fact = await scm.read(key);
        return fact.checks.state === wanted ? fact : null;
      },
      15_000,
      `checks ${wanted}`,
    );
  const isAlive = (pid: number): boolean => {
    try {
      // A zombie that nobody has reaped yet is dead too.
      return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    } catch {
      return false;
    }
  };

  it('has none where none are configured', async () => {
    await open({});
    expect((await pr()).checks).toMatchObject({ state: 'none', checks: [] });
  });

  it('runs in a clean checkout of the head, with CI=true and without what the host kept from it', async () => {
    await open({
      checks: [
        check(
          'env',
          'test "$CI" = true && test -z "$GIT_DIR" && test -f a.txt && ! test -e untracked.txt && git rev-parse HEAD',
        ),
      ],
      env: { GIT_DIR: '/nowhere' },
    });
    world.repository.write({ 'untracked.txt': 'mine' });
    const { key, headSha } = await pr();
    const fact = await state(key, 'passing');
    expect(fact.checks.checks[0]).toMatchObject({
      name: 'env',
      status: 'completed',
      conclusion: 'success',
      required: true,
    });
    expect(await world.scm.checkLog(key, fact.checks.checks[0]?.ref ?? '')).toContain(headSha);
    await until(
      () => world.repository.git('worktree', 'list').split('\n').length === 1,
      5_000,
      'the checkout to be gone',
    );
  });

  it.each([
    ['fails', 'echo "not ok 1 - adds"; exit 3', 'failure', 'not ok 1 - adds'],
    ['is not there', 'no-such-program-here', 'failure', 'not found'],
    ['takes too long', 'echo waiting; sleep 60', 'timed_out', 'timed out'],
  ])('a command that %s makes it red, with an excerpt', async (_what, run, conclusion, excerpt) => {
    await open({ checks: [check('test', run, 300)] });
    const { key, headSha } = await pr();
    const fact = await state(key, 'failing');
    expect(fact.checks.checks[0]?.conclusion).toBe(conclusion);
    expect(fact.checks.firstFailureAt).toBeTypeOf('number');
    expect((await world.scm.details(key, headSha)).checks[0]?.excerpt).toContain(excerpt);
  });

  it('is red as soon as one is, and says so, while others still run', async () => {
    await open({ checks: [check('quick', 'exit 1'), check('slow', 'sleep 60')] });
    const heard: string[] = [];
    world.scm.onChange((key) => heard.push(key ?? ''));
    const { key } = await pr();
    await until(() => heard.length > 0);
    const fact = await state(key, 'failing');
    expect(fact.checks.checks.map((each) => each.status)[1]).not.toBe('completed');
  });

  it('does not count a check that is not required', async () => {
    await open({ checks: [check('advice', 'exit 1', 10_000, false), check('test', 'true')] });
    const { key } = await pr();
    expect((await state(key, 'passing')).checks.checks.map((each) => each.conclusion)).toEqual([
      'failure',
      'success',
    ]);
  });

  it('says infrastructure when there could be no checkout', async () => {
    await open({ checks: [check('test', 'true')] });
    const { key } = await pr();
    await state(key, 'passing');
    // A commit whose content is gone can't be checked out.
    const sha = world.repository.commit('feat/a', { 'b.txt': `${Math.random()}` });
    const blob = world.repository.git('rev-parse', `${sha}:b.txt`);
    rmSync(join(world.repository.path, '.git', 'objects', blob.slice(0, 2), blob.slice(2)), {
      force: true,
    });
    const fact = await until(async () => {
      const now = await world.scm.read(key);
      return now.headSha === sha && now.checks.state === 'failing' ? now : null;
    });
    expect(fact.checks.checks[0]?.conclusion).toBe('infrastructure');
  });

  it('ends the checks of a head that moved on, background processes included, and runs the new one', async () => {
    await open({
      checks: [
        check('test', 'if [ -f a2.txt ]; then exit 0; fi; sleep 300 & echo $! > "$HOME/pid"; wait'),
      ],
      config: { watchMs: 50 },
    });
    const { key } = await pr();
    const pid = await until(() =>
      existsSync(join(world.folder, 'pid'))
        ? Number(readFileSync(join(world.folder, 'pid'), 'utf8'))
        : 0,
    );
    world.repository.commit('feat/a', { 'a2.txt': 'x' });
    await state(key, 'passing');
    await until(() => !isAlive(pid), 5_000, 'the old check to end');
  });

  it('runs failed checks again on request, and keeps the good ones', async () => {
    await open({
      checks: [check('good', 'echo run >> "$HOME/good"'), check('flaky', 'test -f "$HOME/fixed"')],
    });
    const { key, headSha } = await pr();
    await state(key, 'failing');
    writeFileSync(join(world.folder, 'fixed'), '');
    await world.scm.rerun(key, headSha);
    await state(key, 'passing');
    expect(readFileSync(join(world.folder, 'good'), 'utf8')).toBe('run\n');
    await expect(world.scm.rerun(key, 'f'.repeat(40))).rejects.toMatchObject({
      code: 'AO_SCM_HEAD_MOVED',
    });
  });

  it('after a crash ends what still runs, runs it again, and keeps what was finished', async () => {
    const checks = [
      check('first', 'echo run >> "$HOME/first"'),
      check('second', 'echo run >> "$HOME/second"'),
    ];
    await open({ checks });
    const { key, headSha } = await pr();
    await state(key, 'passing');
    await world.scm.stop();
    // As a bot leaves it that was killed in the middle of the second check.
    const mark = `${headSha}:2:1`;
    const orphan = spawn('sleep', ['300'], {
      detached: true,
      stdio: 'ignore',
      env: { PATH: process.env.PATH, AO_CHECK: mark },
    });
    const stored = world.kv.get(`checks:${headSha}`) as { runs: object[] };
    const runs = [stored.runs[0], { ...stored.runs[1], status: 'running', conclusion: null }];
    world.kv.set(`checks:${headSha}`, { ...stored, runs, process: { pid: orphan.pid, mark } });

    const next = await start(world.again());
    await state(key, 'passing', next);
    await until(() => !isAlive(orphan.pid ?? 0), 5_000, 'the orphan to end');
    expect(readFileSync(join(world.folder, 'first'), 'utf8')).toBe('run\n');
    expect(readFileSync(join(world.folder, 'second'), 'utf8')).toBe('run\nrun\n');
  });

  it('when stopped in the middle ends the check, and runs it after the next start', async () => {
    await open({
      checks: [check('test', 'echo $$ >> "$HOME/pid"; test -f "$HOME/go" || sleep 300')],
    });
    const { key } = await pr();
    const pid = await until(() =>
      existsSync(join(world.folder, 'pid'))
        ? Number(readFileSync(join(world.folder, 'pid'), 'utf8'))
        : 0,
    );
    await world.scm.stop();
    expect(isAlive(pid)).toBe(false);
    writeFileSync(join(world.folder, 'go'), '');
    await state(key, 'passing', await start(world.again()));
  });

  it('keeps the head and the end of a log that is too long', async () => {
    await open({
      checks: [
        check('loud', 'echo begin; yes | head -c 1000000; echo; echo "Error: at the end"; exit 1'),
      ],
      config: { maxLogBytes: 10_000 },
    });
    const { key, headSha } = await pr();
    const fact = await state(key, 'failing');
    const log = await world.scm.checkLog(key, fact.checks.checks[0]?.ref ?? '');
    expect(log.length).toBeLessThan(11_000);
    expect(log).toContain('begin');
    expect(log).toContain('bytes left out');
    expect((await world.scm.details(key, headSha)).checks[0]?.excerpt).toContain(
      'Error: at the end',
    );
  });

  it.each(['copies', 'symlinks'] as const)(
    'takes %s into the checkout, where a check that empties them leaves the original alone',
    async (how) => {
      await open({
        checks: [
          check('test', 'test -f node_modules/x && rm -r node_modules/* && echo > node_modules/y'),
        ],
        config: { [how]: ['node_modules', '../outside'] },
      });
      world.repository.write({ '.gitignore': 'node_modules\n', 'node_modules/x': '' });
      const { key } = await pr();
      await state(key, 'passing');
      expect(readdirSync(join(world.repository.path, 'node_modules'))).toEqual(['x']);
    },
  );

  it('gives no file outside its logs', async () => {
    await open({});
    const { key } = await pr();
    await expect(world.scm.checkLog(key, '../../../../etc/passwd')).rejects.toMatchObject({
      kind: 'not_found',
    });
  });
});
