import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AO, type BotWorld, botEnv, botWorld, sampleProject } from '../support/bot.ts';
import { makeRepo, repoAt } from '../support/tmp.ts';
import { until } from '../support/until.ts';

/** A start that must be refused: its exit code and all it said. */
function bareRepository(dir: string): string {
  repoAt(dir).git('init', '-q', '--bare', 'bare.git');
  return join(dir, 'bare.git');
}

describe('a start that cannot succeed says why', () => {
  let dir: string;
  beforeEach(() => {
    dir = realpathSync(mkdtempSync(join(tmpdir(), 'ao-fault-')));
    mkdirSync(join(dir, 'home'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const start = (
    args: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
    through: readonly string[] = [],
  ): { code: number | null; said: string } => {
    const [program = AO, ...rest] = [
      ...through,
      AO,
      'start',
      '--port',
      '0',
      '--data-dir',
      join(dir, 'data'),
      ...args,
    ];
    const done = spawnSync(program, rest, {
      cwd: dir,
      env: { ...botEnv(dir), ...env },
      encoding: 'utf8',
      timeout: 30_000,
    });
    return { code: done.status, said: `${done.stdout}${done.stderr}` };
  };

  /** A folder with links to what sh and node need, without `left out`; `fakes` print what they are given. */
  const path = (leftOut: string, fakes: Readonly<Record<string, string>> = {}): string => {
    const bin = join(dir, 'bin');
    mkdirSync(bin);
    for (const name of ['sh', 'cat', 'git', 'tmux', 'env']) {
      if (name === leftOut || name in fakes) continue;
      symlinkSync(
        execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim(),
        join(bin, name),
      );
    }
    for (const [name, words] of Object.entries(fakes)) {
      writeFileSync(join(bin, name), `#!/bin/sh\necho '${words}'\n`);
      chmodSync(join(bin, name), 0o755);
    }
    symlinkSync(process.execPath, join(bin, 'node'));
    return bin;
  };

  it.each([
    ['tmux is missing', 'tmux', {}, /tmux was not found/],
    ['git is missing', 'git', {}, /git was not found/],
    ['tmux is old', '', { tmux: 'tmux 2.9' }, /tmux 2\.9 is too old: ao needs 3\.2/],
    ['git is old', '', { git: 'git version 2.20.1' }, /git 2\.20\.1 is too old: ao needs 2\.38/],
  ])('%s', (_what, leftOut, fakes, words) => {
    const repo = makeRepo({ in: dir });
    const { code, said } = start([repo.path], {
      PATH: path(leftOut, fakes as Record<string, string>),
    });
    expect(said).toMatch(words);
    expect(code).toBe(1);
  });

  it.each([
    ['a path that is not there', () => join(dir, 'nowhere'), /There is no folder .*nowhere/],
    [
      'a folder that is no repository',
      () => mkdirSync(join(dir, 'plain'), { recursive: true }) ?? join(dir, 'plain'),
      /plain is not a git repository\. Run "git init" there/,
    ],
    [
      'a repository without commits',
      () => makeRepo({ in: dir, commit: false }).path,
      /has no commits yet/,
    ],
    ['a bare repository', () => bareRepository(dir), /is a bare repository/],
  ])('%s', (_what, target, words) => {
    const { code, said } = start([target()]);
    expect(said).toMatch(words);
    expect(code).toBe(1);
  });

  it.each([
    ['broken YAML', 'projects:\n  app: [\n', /ao\.yaml:\d+/],
    ['an unknown key', 'projects:\n  app:\n    pathh: /tmp\n', /ao\.yaml:\d+.*pathh.*\n?.*path/s],
    [
      'a missing variable',
      'projects:\n  app:\n    path: ${NO_SUCH_PLACE}\n',
      /ao\.yaml:3.*NO_SUCH_PLACE/s,
    ],
  ])('a configuration with %s', (_what, text, words) => {
    writeFileSync(join(dir, 'ao.yaml'), text);
    const { code, said } = start();
    expect(said).toMatch(words);
    expect(code).toBe(4);
  });

  it('a port that is in use', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const { code, said } = start(['--port', String(port), makeRepo({ in: dir }).path]);
    server.close();
    expect(said).toMatch(new RegExp(`${port}.*(in use|taken)`, 's'));
    expect(code).toBe(1);
  });

  it('a database of a newer version, which stays as it is', () => {
    const repo = makeRepo({ in: dir });
    mkdirSync(join(dir, 'data'));
    const file = join(dir, 'data', 'ao.db');
    const database = new Database(file);
    database.exec(
      'CREATE TABLE __drizzle_migrations (id INTEGER PRIMARY KEY, hash TEXT, created_at NUMERIC)',
    );
    database.exec(
      "INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('x', 99999999999999)",
    );
    database.pragma(`application_id = ${0x616f0001}`);
    database.close();
    const before = readFileSync(file);
    const { code, said } = start([repo.path]);
    expect(said).toMatch(/was written by a newer version of ao\. Nothing was changed/);
    expect(code).toBe(1);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('a data directory that cannot be written', () => {
    const repo = makeRepo({ in: dir });
    // Root may write everywhere but below a file.
    writeFileSync(join(dir, 'data'), 'in the way');
    const { code, said } = start([repo.path]);
    expect(said).toMatch(/data.*can't be made \(EEXIST\)/);
    expect(said).not.toMatch(/\n\s+at /);
    expect(code).toBe(1);
  });

  it('a full disk', () => {
    const repo = makeRepo({ in: dir });
    // No file may grow beyond 16 KiB: SQLite meets what it meets on a full disk. V8's compile cache would meet it too, after everything was said.
    const { code, said } = start([repo.path], { NODE_DISABLE_COMPILE_CACHE: '1' }, [
      'sh',
      '-c',
      'trap "" XFSZ; ulimit -f 32; exec "$0" "$@"',
    ]);
    expect(said).toMatch(/The disk of .* is full or failing/);
    expect(said).not.toMatch(/\n\s+at /);
    expect(code).toBe(1);
  });
});

describe('what can go wrong with a running bot', () => {
  let world: BotWorld;
  beforeAll(async () => {
    world = await botWorld({ config: { lifecycle: { settle: '1s' } } });
    const { dir } = world;
    const agents: Record<string, readonly string[]> = {
      missing: ['no-such-agent-anywhere', '{prompt}'],
      exits: ['sh', '-c', 'echo I have no key; exit 3', '{prompt}'],
      floods: [
        'node',
        '-e',
        "const line = '\\u001b[31m' + 'x'.repeat(150) + '\\u001b[2J\\u001b]0;title\\u0007\\n'; for (let n = 0; n < 40000; n++) process.stdout.write(line); process.stdout.write('\\nflood is over\\n'); setInterval(() => {}, 1e6)",
        '{prompt}',
      ],
    };
    const odd = makeRepo({ in: dir, name: 'äöü mit Leerzeichen' });
    odd.git('config', 'user.name', 'Somebody');
    odd.git('config', 'user.email', 'somebody@localhost');
    odd.write('dirty.txt', 'not committed');
    odd.git('add', 'dirty.txt');
    odd.git('checkout', '-q', '--detach');
    const config = JSON.parse(readFileSync(join(dir, 'ao.yaml'), 'utf8')) as Record<
      string,
      unknown
    > & { projects: Record<string, unknown> };
    world.writeConfig({
      ...config,
      projects: {
        ...config.projects,
        odd: sampleProject(odd.path, {
          name: 'Odd',
          sessionPrefix: 'odd',
          checks: [],
          merge: { requireChecks: false },
        }),
      },
      agents: Object.fromEntries(
        Object.entries(agents).map(([name, command]) => [
          name,
          { plugin: 'command', command, quietMs: 300 },
        ]),
      ),
    });
    await world.start();
  });
  afterAll(() => world.close());

  it('refuses a second bot on its data directory and names the first', async () => {
    const second = await world.ao('start', '--port', '0', '--config', join(world.dir, 'ao.yaml'));
    expect(second.code).toBe(1);
    expect(second.out).toMatch(
      /Another ao uses .*data\..*process \d+ at http:\/\/127\.0\.0\.1:\d+/s,
    );
  });

  it('refuses a missing and a closed issue', async () => {
    expect(await world.me.command('/ao spawn 99')).toMatch(/99/);
    const file =
      readdirSync(join(world.repo.path, '.ao', 'issues')).find((name) => name.startsWith('2-')) ??
      '';
    const path = join(world.repo.path, '.ao', 'issues', file);
    const text = readFileSync(path, 'utf8');
    writeFileSync(
      path,
      text.includes('state:')
        ? text.replace(/state: \w+/, 'state: closed')
        : text.replace('---\n', '---\nstate: closed\n'),
    );
    expect(await world.me.command('/ao spawn 2')).toMatch(/closed/);
    writeFileSync(path, text);
    expect(await world.api.get<readonly unknown[]>('/api/sessions')).toEqual([]);
  });

  it('works in a dirty, detached repository with spaces and umlauts in its path, and leaves its checkout alone', async () => {
    await world.me.command('/ao spawn "Note: odd" --project odd');
    await world.me.sees('odd-1', /PR #1 opened/);
    const odd = repoAt(join(world.dir, 'äöü mit Leerzeichen'));
    expect(odd.git('status', '--porcelain')).toBe('A  dirty.txt');
    await world.me.presses('odd-1', 'Approve');
    await world.me.presses('odd-1', 'Approve & merge', { within: /can be merged at/ });
    await world.me.seesOnCard('odd-1', /merged by @you/);
    expect(odd.git('status', '--porcelain')).toBe('A  dirty.txt');
    expect(odd.git('log', '-1', '--format=%s', 'main')).toMatch(/Note: odd/);
  });

  it('says that an agent is not installed', async () => {
    const said = await world.me.command('/ao spawn "one" --agent missing --project sample');
    const thread = /not (installed|found)/.test(said)
      ? said
      : await world.me.sees('sample-1', /no-such-agent-anywhere" was not found/);
    expect(thread).toMatch(/no-such-agent-anywhere/);
  });

  const spawned = async (agent: string): Promise<string> => {
    const before = (await world.api.get<readonly { id: string }[]>('/api/sessions?all=1')).length;
    await world.me.command(`/ao spawn "Task for ${agent}" --agent ${agent} --project sample`);
    return until(
      async () => {
        const all =
          await world.api.get<readonly { id: string; agent: string }[]>('/api/sessions?all=1');
        return all.length > before ? all.find((session) => session.agent === agent)?.id : undefined;
      },
      10_000,
      `the session of ${agent}`,
    );
  };

  it('says the exit code and the last words of an agent that ends at once', async () => {
    const id = await spawned('exits');
    await world.me.sees(
      id,
      /ended with code 3 before it took the task, twice\. Its last words: I have no key/,
    );
    await world.me.seesOnCard(id, /failed/);
  });

  it('stays itself while an agent floods its terminal with escapes', async () => {
    const id = await spawned('floods');
    await until(
      async () =>
        (await world.api.get<{ text: string }>(`/api/sessions/${id}/logs?lines=50`)).text.includes(
          'flood is over',
        ),
      30_000,
      'the end of the flood',
    );
    const logs = await world.api.get<{ text: string }>(`/api/sessions/${id}/logs?lines=50`);
    expect(logs.text.length).toBeLessThan(20_000);
    await world.me.command(`/ao kill ${id}`);
    await world.me.seesOnCard(id, /killed by @you/);
  });

  it('resumes agents whose tmux server was killed', async () => {
    await world.me.command('/ao spawn 2 --project sample');
    const id = (
      await until(
        async () =>
          (
            await world.api.get<readonly { id: string; issue: string | null }[]>('/api/sessions')
          ).find((session) => session.issue === '#2'),
        10_000,
        'the session',
      )
    ).id;
    await world.me.sees(id, /The agent asks/);
    world.tmux('kill-server');
    await world.me.sees(id, /The agent's process is gone; how it ended is unknown\./);
    await world.me.sees(id, /The agent was resumed where it stopped\./);
    await until(
      async () => (await world.me.view(id)).openRequests.some((request) => request.answer === null),
      20_000,
      'the question, asked again',
    );
    await world.me.presses(id, '2 hours, 5 minutes');
    await world.me.sees(id, /PR #\d+ opened: "Say durations in words"/);
  });

  it('refuses a merge into a base that is checked out dirty, and touches nothing there', async () => {
    await world.me.command('/ao spawn 1 --project sample');
    const id = (
      await until(
        async () =>
          (
            await world.api.get<readonly { id: string; issue: string | null }[]>('/api/sessions')
          ).find((session) => session.issue === '#1'),
        10_000,
        'the session',
      )
    ).id;
    await world.me.sees(id, /Checks pass on/, 40_000);
    world.repo.write('src/units.ts', 'half an edit\n');
    await world.me.presses(id, 'Approve');
    await world.me.sees(id, /Approved by/);
    const said = await world.me.presses(id, 'Approve & merge').catch(String);
    expect(said).toBe('');
    await world.me.sees(id, /Merge of [0-9a-f]{7} failed: .*src\/units\.ts.*not committed/);
    expect(readFileSync(join(world.repo.path, 'src/units.ts'), 'utf8')).toBe('half an edit\n');
    expect(world.repo.git('log', '--format=%s', 'main')).not.toContain('Support weeks');
    world.repo.git('checkout', '-q', 'src/units.ts');
  });

  it('names the file of a conflict with the base, and merges nothing then', async () => {
    await world.me.command('/ao spawn "Note: twice" --project odd');
    const id = await until(
      async () =>
        (await world.api.get<readonly { id: string; title: string }[]>('/api/sessions')).find(
          (session) => session.title === 'Note: twice',
        )?.id,
      10_000,
      'the session',
    );
    await world.me.sees(id, /PR #\d+ opened/);
    const odd = repoAt(join(world.dir, 'äöü mit Leerzeichen'));
    const changed =
      odd
        .git('diff', '--name-only', `main...${(await world.me.view(id)).branch}`)
        .trim()
        .split('\n')[0] ?? '';
    const elsewhere = join(world.dir, 'elsewhere');
    odd.git('worktree', 'add', '-q', elsewhere, 'main');
    const there = repoAt(elsewhere);
    there.write(changed, 'Somebody else wrote here.\n');
    there.git('add', '-A');
    there.git('commit', '-qm', 'Somebody else');
    odd.git('worktree', 'remove', '--force', elsewhere);
    await world.me.seesOnCard(id, /conflicts with main/);
    expect(await world.me.command(`/ao merge ${id}`)).toMatch(/Not merged\..*conflict/i);
    expect(odd.git('log', '-1', '--format=%s', 'main').trim()).toBe('Somebody else');
    const { text } = await world.api.get<{ text: string }>(`/api/sessions/${id}/logs?lines=200`);
    expect(text, 'what the agent was told').toContain(changed);
  });

  it('wrote nothing that looks like a bug to its log', () => {
    const log = readFileSync(join(world.dataDir, 'log', 'ao.log'), 'utf8');
    expect(
      log
        .split('\n')
        .filter((line) => /AO_INTERNAL|TypeError|ReferenceError|unhandled/i.test(line)),
    ).toEqual([]);
    expect(statSync(join(world.dataDir, 'token')).mode & 0o077).toBe(0);
  });
});
