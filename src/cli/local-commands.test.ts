import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import webhook from '../../plugins/notifier/webhook/index.ts';
import { FakeBotApi } from '../../test/fakes/bot-api.ts';
import { httpInbox } from '../../test/fakes/http-inbox.ts';
import { runInTest } from '../../test/support/cli-run.ts';
import { namedPlugin } from '../../test/support/plugin-stand-ins.ts';
import { prView, sessionView } from '../../test/support/session-view.ts';
import { tempDir } from '../../test/support/temp-dir.ts';
import type { PluginDefinition } from '../slots/plugin.ts';
import type { Finding } from './doctor/finding.ts';
import { newLines } from './follow-logs.ts';
import { projectId } from './init-config.ts';

/** Plugins that can be built, and say what they are told to say. */
function examined(
  findings: readonly object[],
  agent: { found: boolean; version: string | null },
): readonly PluginDefinition[] {
  const speaks = (slot: PluginDefinition['slot'], name: string): PluginDefinition => ({
    ...namedPlugin(slot, name),
    create: () =>
      ({
        doctor: () => Promise.resolve(findings),
        detect: () => Promise.resolve({ ...agent, path: '/bin/agent', findings: [] }),
      }) as never,
  });
  return [
    speaks('agent', 'claude-code'),
    speaks('runtime', 'tmux'),
    speaks('workspace', 'worktree'),
    speaks('tracker', 'local'),
    speaks('scm', 'local'),
    speaks('chat', 'web'),
  ];
}

const doctor = async (world: Parameters<typeof runInTest>[1], argv: readonly string[] = []) => {
  const run = await runInTest(['doctor', '--json', ...argv], world);
  return { code: run.code, findings: JSON.parse(run.out) as readonly Finding[] };
};
const of = (findings: readonly Finding[], area: string) =>
  findings.filter((finding) => finding.area === area);

test('ao doctor on a machine where all is well', async () => {
  const dataDir = tempDir();
  const { code, findings } = await doctor({
    dataDir,
    env: { AO_PORT: '0' },
    bot: { plugins: examined([], { found: true, version: '2.1.0' }) },
  });
  expect(findings.filter((finding) => finding.level !== 'ok')).toEqual([]);
  expect(findings.map((finding) => finding.area)).toEqual(
    expect.arrayContaining([
      'node',
      'git',
      'tmux',
      'configuration',
      'data directory',
      'port',
      'agent claude-code',
    ]),
  );
  expect(of(findings, 'agent claude-code')[0]?.what).toBe('2.1.0 at /bin/agent');
  expect(code).toBe(0);
});

test('ao doctor says what to do about each error, and ends with 1', async () => {
  const dataDir = tempDir();
  const finding = { level: 'error', what: 'the socket is gone', fix: 'restart it' };
  const world = {
    dataDir,
    env: { AO_PORT: '0', PATH: '/nowhere' },
    bot: { plugins: examined([finding], { found: false, version: null }) },
  };
  const { code, findings } = await doctor(world);
  expect(code).toBe(1);
  expect(of(findings, 'git')[0]).toMatchObject({
    level: 'error',
    what: 'is not installed',
    fix: expect.stringContaining('apt-get install git'),
  });
  expect(of(findings, 'runtime tmux')[0]).toMatchObject(finding);
  expect(of(findings, 'agents')[0]?.level).toBe('warning');
  const text = await runInTest(['doctor'], world);
  expect(text.out).toContain('✗ runtime tmux: the socket is gone\n  restart it');
  expect(text.err).toMatch(/^error: \d+ things have to be put right first\.$/);
});

test('an agent may be missing unless the configuration names it', async () => {
  const dataDir = tempDir();
  const world = {
    dataDir,
    env: { AO_PORT: '0' },
    bot: { plugins: examined([], { found: false, version: null }) },
  };
  expect(of((await doctor(world)).findings, 'agent claude-code')).toMatchObject([
    { level: 'ok', what: 'is not installed, and not used' },
  ]);
  writeFileSync(
    path.join(dataDir, 'ao.yaml'),
    'projects: { app: { path: ., agent: claude-code } }',
  );
  expect(of((await doctor(world)).findings, 'agent claude-code')).toMatchObject([
    { level: 'error', what: 'is not installed, but the configuration names it' },
  ]);
});

test('a plugin that throws is a finding, not the end', async () => {
  const { code, findings } = await doctor({ dataDir: tempDir(), env: { AO_PORT: '0' } });
  expect(code).toBe(1);
  expect(of(findings, 'runtime tmux')[0]?.what).toBe(
    'could not be examined: tmux exists by name only',
  );
});

test('ao doctor sees a port that is taken, and a bot that crashed', async () => {
  const dataDir = tempDir();
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as net.AddressInfo;
  writeFileSync(
    path.join(dataDir, 'bot.json'),
    JSON.stringify({ pid: 1, host: '127.0.0.1', port: 1, url: 'http://127.0.0.1:1' }),
    { mode: 0o600 },
  );
  const { findings } = await doctor({ dataDir, env: { AO_PORT: String(port) } });
  expect(of(findings, 'port')[0]).toMatchObject({
    level: 'error',
    what: `127.0.0.1:${port} is taken by another program`,
  });
  expect(of(findings, 'bot')[0]?.level).toBe('warning');
});

test('ao doctor lists the errors of the configuration with their places', async () => {
  const dataDir = tempDir();
  writeFileSync(path.join(dataDir, 'ao.yaml'), 'prot: 1\n');
  const { findings } = await doctor({ dataDir, env: { AO_PORT: '0' } });
  expect(of(findings, 'configuration')[0]?.what).toContain(
    'ao.yaml:1:1: prot: unknown key. Did you mean port?',
  );
});

test('ao doctor --fix makes the data directory and closes the token', async () => {
  const dataDir = path.join(tempDir(), 'state');
  await doctor({ dataDir, cwd: '/', env: { AO_PORT: '0' } }, ['--fix']);
  expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  const token = path.join(dataDir, 'token');
  writeFileSync(token, 'x', { mode: 0o644 });
  expect(
    of(
      (await doctor({ dataDir, cwd: '/', env: { AO_PORT: '0' } })).findings,
      'data directory',
    ).some((finding) => finding.level === 'error'),
  ).toBe(true);
  await doctor({ dataDir, cwd: '/', env: { AO_PORT: '0' } }, ['--fix']);
  expect(statSync(token).mode & 0o777).toBe(0o600);
});

test('ao config check lists every error with its place and ends with 4', async () => {
  const dataDir = tempDir();
  writeFileSync(path.join(dataDir, 'ao.yaml'), 'prot: 1\nhost: 2\n');
  const { code, err } = await runInTest(['config', 'check'], { dataDir });
  expect(code).toBe(4);
  expect(err.split('\n')).toEqual([
    'error: the configuration has 2 errors.  Put them right and try again:',
    `${dataDir}/ao.yaml:1:1: prot: unknown key. Did you mean port?`,
    `${dataDir}/ao.yaml:2:1: host: expected text, this is 2.`,
  ]);
});

test('ao config show fills in the defaults and leaves secrets out', async () => {
  const dataDir = tempDir();
  writeFileSync(
    path.join(dataDir, 'ao.yaml'),
    'auth: { token: abc }\nprojects: { app: { path: ., agentRules: "call ${SECRET_THING}" } }\n',
  );
  const { out } = await runInTest(['config', 'show'], {
    dataDir,
    env: { SECRET_THING: 'hunter22' },
  });
  expect(parse(out)).toMatchObject({
    port: 3000,
    auth: { token: '***' },
    projects: { app: { agentRules: 'call ***', merge: { method: 'squash' } } },
  });
});

test('nor does it show a key, a secret address or a token of a known shape that stands in the file', async () => {
  const dataDir = tempDir();
  const hook = `https://hooks.slack.com/services/T01234567/B01234567/${'aB3dE5gH'.repeat(3)}`;
  const secrets = ['PEMTEXT0123456789', 'aB3dE5gHaB3dE5gH', `ghp_${'aB3d'.repeat(9)}`];
  writeFileSync(
    path.join(dataDir, 'ao.yaml'),
    `projects: { app: { path: ., agentRules: "call ${secrets[2]} at ${hook}", agentConfig: { env: { APP_PRIVATE_KEY: ${secrets[0]} } } } }\n`,
  );
  for (const more of [[], ['--json']]) {
    const { out } = await runInTest(['config', 'show', ...more], { dataDir, env: {} });
    expect(out).toContain('call ***');
    expect(secrets.filter((secret) => out.includes(secret))).toEqual([]);
  }
});

test('ao doctor shows no secret of the configuration in what a plugin found', async () => {
  const dataDir = tempDir();
  const config = 'auth: { token: "own-token-0123456789" }\nprojects: {}\n';
  writeFileSync(path.join(dataDir, 'ao.yaml'), config);
  const token = `xoxb-123456789012-${'aB3d'.repeat(6)}`;
  const said = `refused own-token-0123456789, hunter22-blue and ${token}`;
  const bot = {
    plugins: examined([{ level: 'error', what: said, fix: said }], { found: true, version: '1' }),
  };
  const world = { dataDir, env: { AO_PORT: '0', THING: 'hunter22-blue' }, bot };
  const { findings } = await doctor(world);
  expect(of(findings, 'runtime tmux')[0]?.what).toMatch(/^refused \[redacted\], .*\[redacted\]$/);
});

function repository(files: Record<string, string> = {}): string {
  const folder = path.join(tempDir(), 'My App!');
  mkdirSync(folder);
  execFileSync('git', ['init', '-q', folder]);
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  return folder;
}

test('ao init --yes writes a configuration that is in order', async () => {
  const cwd = repository({
    'package.json': '{"scripts": {"test": "vitest"}}',
    'package-lock.json': '{}',
  });
  const { code, out } = await runInTest(['init', '--yes', '--agent', 'claude-code'], {
    dataDir: tempDir(),
    cwd,
  });
  expect({ code, out }).toEqual({
    code: 0,
    out: `Written: ${cwd}/ao.yaml\nNext: ao doctor, then ao start`,
  });
  const text = readFileSync(path.join(cwd, 'ao.yaml'), 'utf8');
  expect(parse(text)).toMatchObject({
    defaults: { agent: 'claude-code' },
    projects: { 'my-app': { path: '.', checks: [{ name: 'test', run: 'npm ci && npm test' }] } },
  });
  expect(existsSync(/\$schema=(\S+)/.exec(text)?.[1] ?? '')).toBe(true);
  expect((await runInTest(['config', 'check'], { dataDir: tempDir(), cwd })).code).toBe(0);
});

test('ao init never overwrites a file unless it is told to', async () => {
  const cwd = repository({ 'ao.yaml': 'port: 1\n' });
  expect((await runInTest(['init', '--yes'], { dataDir: tempDir(), cwd })).err).toContain(
    'ao.yaml exists.',
  );
  expect(readFileSync(path.join(cwd, 'ao.yaml'), 'utf8')).toBe('port: 1\n');
  expect((await runInTest(['init', '--yes', '--force'], { dataDir: tempDir(), cwd })).code).toBe(0);
});

test('ao init needs a repository, and a terminal for its questions', async () => {
  const dataDir = tempDir();
  expect((await runInTest(['init', '--yes'], { dataDir })).err).toContain(
    'is not a git repository.  Make it one (git init)',
  );
  expect(await runInTest(['init'], { dataDir })).toMatchObject({
    code: 2,
    err: 'error: questions need a terminal.  Without one: ao init --yes',
  });
});

test.each([
  ['My App!', 'my-app'],
  ['42', 'app'],
  ['web.ui', 'web.ui'],
  ['-x-', 'x'],
])('the project id of %j is %s', (name, id) => {
  expect(projectId(name)).toBe(id);
});

const complete = async (dataDir: string, ...words: string[]) =>
  (await runInTest(['__complete', '--', ...words], { dataDir })).out
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('\t')[0]);

test('completion offers commands, options, choices, sessions, issues and projects', async () => {
  const dataDir = tempDir();
  const bot = await FakeBotApi.start(dataDir);
  bot
    .on('GET /api/sessions', { body: [sessionView(), sessionView({ id: 'web-1' })] })
    .on('GET /api/issues', {
      body: [
        {
          project: 'app',
          id: '42',
          title: 'Fix',
          state: 'open',
          labels: [],
          assignee: null,
          url: null,
          session: null,
        },
      ],
    })
    .on('GET /api/projects', {
      body: [
        {
          id: 'app',
          name: 'App',
          path: '/',
          defaultBranch: 'main',
          agent: 'x',
          sessions: 0,
          live: 0,
        },
      ],
    });
  expect(await complete(dataDir, 'sp')).toEqual(['spawn']);
  expect(await complete(dataDir, 'send', '')).toEqual(['app-7', 'web-1']);
  expect(await complete(dataDir, 'send', 'app-7', '')).toEqual([]);
  expect(await complete(dataDir, 'spawn', '')).toEqual(['42']);
  expect(await complete(dataDir, 'spawn', '42', '--project', '')).toEqual(['app']);
  expect(await complete(dataDir, 'merge', 'app-7', '--method', 're')).toEqual(['rebase']);
  expect(await complete(dataDir, 'spawn', '--ag')).toEqual(['--agent', '--again']);
  expect(await complete(dataDir, 'pr', '')).toEqual(['create', 'show']);
  expect(await complete(dataDir, 'review', 'app-7', 'a')).toEqual(['approve']);
});

test('completion is silent without a bot', async () => {
  const run = await runInTest(['__complete', '--', 'send', ''], { dataDir: tempDir() });
  expect(run).toMatchObject({ code: 0, out: '', err: '' });
});

test('ao show of what is merged waits for nothing', async () => {
  const merged = prView({ state: 'merged', waitsFor: ['The pull request is merged.'] });
  const offline = [sessionView({ status: 'merged', turn: 'nobody', turnText: '', prs: [merged] })];
  const { out } = await runInTest(['show', 'app-7'], { dataDir: tempDir(), offline });
  expect(out).toContain('\nmerged\n');
  expect(out).not.toContain('waits for');
});

test('the bash script completes in a real bash', async () => {
  const { out } = await runInTest(['completion', 'bash'], { dataDir: tempDir() });
  const script = `ao() { printf 'spawn\\tx\\nstatus\\ty\\n'; }\n${out}\nCOMP_WORDS=(ao st); COMP_CWORD=1; _ao; echo "\${COMPREPLY[@]}"`;
  expect(execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trim()).toBe('status');
});

test('ao show tells everything a person needs', async () => {
  const failing = {
    name: 'unit',
    status: 'completed',
    conclusion: 'failure',
    url: null,
    required: null,
    excerpt: null,
    ref: null,
  } as const;
  const offline = [
    sessionView({
      status: 'ci_failed',
      program: {
        version: '9.9.9',
        untried: 'Claude Code 9.9.9 is newer than 2.1.332, the newest version ao was tried with.',
      },
      prs: [
        prView({ checks: { state: 'failing', sha: 'x', passed: 5, total: 6, items: [failing] } }),
      ],
      last: 'npm test',
    }),
  ];
  const { out } = await runInTest(['show', 'app-7'], { dataDir: tempDir(), offline });
  expect(out.split('\n')).toEqual([
    '🔴 app-7  Fix flaky login test  (#42)',
    "ci_failed · agent's turn",
    'claude-code 9.9.9 · sonnet · branch feat/42-flaky-login from main · started by dana 34 min ago',
    '⚠️ Claude Code 9.9.9 is newer than 2.1.332, the newest version ao was tried with.',
    'worktree /trees/app-7',
    'PR #118 open at 3f9c2ab  +64 −12 · checks 5 of 6 (failing) · review: none yet · clean',
    '   unit: failure',
    '   waits for: unit failed',
    '$1.84 · 412k tokens · last: "npm test"',
    '',
    'you can: stop, kill',
  ]);
});

test('ao start gives the bot what was asked for', async () => {
  const asked: unknown[] = [];
  const start = (options: object) => {
    asked.push(options);
    return Promise.resolve(0);
  };
  const dataDir = tempDir();
  expect(
    (
      await runInTest(
        ['start', 'repo', 'https://example.com/acme/app.git', '--port', '0', '--config', 'x.yaml'],
        {
          dataDir,
          bot: { start },
        },
      )
    ).code,
  ).toBe(0);
  expect(asked).toMatchObject([
    {
      targets: ['repo', 'https://example.com/acme/app.git'],
      port: 0,
      host: null,
      config: 'x.yaml',
      dataDir: null,
      cwd: dataDir,
    },
  ]);
  expect(
    (await runInTest(['start'], { dataDir, bot: { start: () => Promise.resolve(1) } })).code,
  ).toBe(1);
});

test('ao stop does not signal a process that is no bot', async () => {
  const dataDir = tempDir();
  writeFileSync(
    path.join(dataDir, 'bot.json'),
    JSON.stringify({ pid: process.pid, host: '127.0.0.1', port: 1, url: 'http://127.0.0.1:1' }),
    { mode: 0o600 },
  );
  expect((await runInTest(['stop'], { dataDir })).code).toBe(3);
});

test.each([
  [[], ['a'], ['a']],
  [['a', 'b'], ['b', 'c'], ['c']],
  [['a', 'b'], ['a', 'b'], []],
  [['a'], ['x', 'y'], ['x', 'y']],
])('after %j the new lines of %j are %j', (before, now, expected) => {
  expect(newLines(before, now)).toEqual(expected);
});

test('ao doctor --test-notify sends a message through every notifier, and says which did not take it', async () => {
  const dataDir = tempDir();
  const inbox = await httpInbox();
  onTestFinished(() => inbox.close());
  writeFileSync(
    path.join(dataDir, 'ao.yaml'),
    `notifiers:
  ops: { plugin: webhook, url: "${inbox.url}/ops", secret: a-secret-of-tests }
  gone: { plugin: webhook, url: "http://127.0.0.1:1/", secret: a-secret-of-tests }
`,
  );
  const plugins = [
    ...examined([], { found: true, version: '1' }),
    webhook as unknown as PluginDefinition,
  ];
  const world = { dataDir, env: { AO_PORT: '0' }, bot: { plugins } };
  const { code, findings } = await doctor(world, ['--test-notify']);
  expect(code).toBe(1);
  expect(inbox.taken.map((posted) => posted.path)).toEqual(['/ops']);
  expect(inbox.taken[0]?.body).toContain('ao can reach you here');
  expect(of(findings, 'notifier ops').at(-1)).toMatchObject({
    level: 'ok',
    what: expect.stringContaining('took a test message'),
  });
  expect(of(findings, 'notifier gone').at(-1)).toMatchObject({
    level: 'error',
    what: expect.stringContaining('could not be reached'),
  });
  expect((await doctor(world)).code).toBe(0);
});
