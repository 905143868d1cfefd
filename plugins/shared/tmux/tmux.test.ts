import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pluginContext } from '../../../test/support/plugin-context.ts';
import { until } from '../../../test/support/until.ts';
import { tmuxConfig } from './config.ts';
import { type TmuxHarness, tmuxHarness } from './tmux-harness.ts';
import { createTmuxRuntime } from './tmux-runtime.ts';

let harness: TmuxHarness;
beforeEach(async () => {
  harness = await tmuxHarness({
    env: {
      PATH: process.env.PATH ?? '',
      LANG: 'C.UTF-8',
      AO_SECRET: 'from ao',
      SSH_AUTH_SOCK: '/x',
    },
  });
});
afterEach(() => harness.dispose());

const out = (name: string) => join(harness.cwd, name);
const content = (name: string) =>
  until(
    () =>
      existsSync(out(name)) && existsSync(out(`${name}.done`)) && readFileSync(out(name), 'utf8'),
    5_000,
    name,
  );
const printArgs = (name: string) => [
  'node',
  '-e',
  `const fs=require('fs');fs.writeFileSync(${JSON.stringify('FILE')}.replace('FILE',process.argv[1]),JSON.stringify({argv:process.argv.slice(2),env:process.env,cwd:process.cwd(),size:[process.stdout.columns,process.stdout.rows]}));fs.writeFileSync(process.argv[1]+'.done','');setInterval(()=>{},1e6)`,
  out(name),
];
/** Reads the terminal raw, as agents do, with bracketed paste on, and keeps every byte. */
const rawReader = (name: string) => [
  'node',
  '-e',
  `const fs=require('fs');process.stdin.setRawMode(true);process.stdout.write('\\x1b[?2004hready');process.stdin.on('data',d=>fs.appendFileSync(process.argv[1],d))`,
  out(name),
];
const showing = (handle: string, text: string) =>
  until(async () => (await harness.runtime.capture(handle, 100)).includes(text));
const clientPids = () =>
  harness.tmux('list-clients', '-F', '#{client_pid}').trim().split('\n').map(Number);

describe('starting an agent', () => {
  it('hands over argv, environment, folder and size exactly', async () => {
    const odd = [
      'a b',
      "it's",
      '"q"',
      '$HOME `x` \\ \\$ ;',
      ';',
      '#{pid} #(date)',
      'n\nl',
      'tab\t',
      'é漢😀',
      '',
      '\u001b[1m',
      '{a}',
      '-t',
      '%x',
      '~',
      'end\\',
    ];
    const cwd = out("dir #{pid} ünï 'q'");
    mkdirSync(cwd);
    const env = { ...harness.env, ODD: 'a "b" $c\n\'d\' #{pid} ünï', EMPTY: '' };
    await harness.runtime.create(
      harness.spec('app-1', [...printArgs('seen'), ...odd], { cwd, env, columns: 123, rows: 45 }),
    );
    const seen = JSON.parse(await content('seen'));
    expect(seen).toMatchObject({ argv: odd, cwd, size: [123, 45] });
    const { TERM, TERM_PROGRAM, TERM_PROGRAM_VERSION, TMUX, TMUX_PANE, PWD, ...rest } = seen.env;
    expect(rest).toEqual({ ...env, ...(rest.SHELL ? { SHELL: rest.SHELL } : {}) });
    expect([TERM, TERM_PROGRAM, TMUX_PANE]).toEqual([
      'screen-256color',
      'tmux',
      expect.stringMatching(/^%\d+$/),
    ]);
  });

  it('runs a single word without a shell reading it', async () => {
    const program = out('my $prog; #{x}');
    writeFileSync(program, '#!/bin/sh\nexit 42\n', { mode: 0o755 });
    const { handle } = await harness.runtime.create(harness.spec('app-1', [program]));
    const found = await until(async () =>
      (await harness.runtime.observe()).find(
        (seen) => seen.handle === handle && seen.fact.state === 'exited',
      ),
    );
    expect(found.fact.exitCode).toBe(42);
  });

  it.each([
    [['no-such-agent'], /no-such-agent.*not found/],
    [[], /no command/],
  ])('refuses %j and says why', async (argv, message) => {
    await expect(harness.runtime.create(harness.spec('app-1', argv))).rejects.toMatchObject({
      kind: 'rejected',
      code: 'AO_TMUX_COMMAND',
      message: expect.stringMatching(message),
    });
  });

  it('moves a live agent of another life aside instead of taking it over or ending it', async () => {
    const first = await harness.runtime.create({
      ...harness.spec('app-1', harness.programs.stays),
      key: 'one life',
    });
    const again = await harness.runtime.create({
      ...harness.spec('app-1', harness.programs.stays),
      key: 'one life',
    });
    expect(again.handle).toBe(first.handle);
    const second = await harness.runtime.create({
      ...harness.spec('app-1', harness.programs.stays),
      key: 'another life',
    });
    expect(second.pid).not.toBe(first.pid);
    const seen = await harness.runtime.observe();
    expect(seen.map((one) => [one.id, one.fact.state, one.fact.pid])).toEqual(
      expect.arrayContaining([
        ['app-1', 'alive', second.pid],
        [expect.stringMatching(/^app-1-left-\d+$/), 'alive', first.pid],
      ]),
    );
  });

  it('gives no exit code for an agent that a signal ended', async () => {
    const { handle, pid } = await harness.runtime.create(
      harness.spec('app-1', harness.programs.stays),
    );
    process.kill(pid ?? 0, 'SIGKILL');
    const found = await until(async () =>
      (await harness.runtime.observe()).find(
        (seen) => seen.handle === handle && seen.fact.state === 'exited',
      ),
    );
    expect(found.fact.exitCode).toBeNull();
  });
});

describe('typing', () => {
  it.each([
    ['one line', 'x'],
    ['a prompt of 100 KB', `${'0123456789 äöü漢\n'.repeat(5_000)}end`],
    ['lines beginning with a dash and a slash', '-x\n/help\n!ls'],
  ])('delivers %s as one bracketed paste, then Enter', async (_, text) => {
    const { handle } = await harness.runtime.create(harness.spec('app-1', rawReader('typed')));
    await showing(handle, 'ready');
    await harness.runtime.write(handle, text, { submit: true });
    const expected = `\u001b[200~${text.replaceAll('\n', '\r')}\u001b[201~\r`;
    await until(
      () => statSync(out('typed'), { throwIfNoEntry: false })?.size === Buffer.byteLength(expected),
      10_000,
      'all bytes',
    );
    expect(readFileSync(out('typed'), 'utf8') === expected).toBe(true);
    expect(readdirSync(join(harness.dataDir, 'tmp'))).toEqual([]);
    expect(harness.tmux('list-buffers')).toBe('');
  });

  it('cannot be made to end the paste early', async () => {
    const { handle } = await harness.runtime.create(harness.spec('app-1', rawReader('typed')));
    await showing(handle, 'ready');
    await harness.runtime.write(handle, 'a\u001b[201~\r\u0003rm -rf\u009b201~ \u0000b', {
      submit: false,
    });
    const expected = '\u001b[200~a[201~rm -rf201~ b\u001b[201~';
    await until(
      () => statSync(out('typed'), { throwIfNoEntry: false })?.size === Buffer.byteLength(expected),
    );
    expect(readFileSync(out('typed'), 'utf8')).toBe(expected);
  });

  it('presses keys by name', async () => {
    const { handle } = await harness.runtime.create(harness.spec('app-1', rawReader('typed')));
    await showing(handle, 'ready');
    await harness.runtime.keys(handle, ['Escape', 'C-c', 'Tab', 'Space', '-', ';', 'é', 'Enter']);
    await until(() => readFileSync(out('typed'), 'utf8') === '\u001b\u0003\t -;é\r');
  });

  it('reaches the agent while a person scrolls in its pane', async () => {
    const { handle } = await harness.runtime.create(harness.spec('app-1', harness.programs.echoes));
    await showing(handle, 'ready');
    harness.tmux('copy-mode', '-t', '=app-1:');
    await harness.runtime.write(handle, 'q', { submit: true });
    await showing(handle, 'got q');
  });

  it('goes to the exact session, never to one with the same beginning', async () => {
    const short = await harness.runtime.create(harness.spec('app-1', harness.programs.echoes));
    const long = await harness.runtime.create(harness.spec('app-15', harness.programs.echoes));
    await showing(long.handle, 'ready');
    harness.tmux('kill-session', '-t', '=app-1');
    await expect(
      harness.runtime.write(short.handle, 'lost?', { submit: true }),
    ).rejects.toMatchObject({ kind: 'not_found', code: 'AO_TMUX_GONE' });
    expect(await harness.runtime.capture(long.handle, 50)).not.toContain('lost?');
  });
});

describe('capturing', () => {
  it("is not fooled by an agent that prints tmux's own protocol", async () => {
    const forged = [
      '%begin 1 1 1',
      '%end 1 1 1',
      '%exit',
      '%window-renamed @0 ao-exit',
      '%error 1 2 1',
    ];
    const { handle } = await harness.runtime.create(
      harness.spec('app-1', [
        'sh',
        '-c',
        `printf '%s\\n' ${forged.map((line) => `'${line}'`).join(' ')}; sleep 1000`,
      ]),
    );
    await showing(handle, '%error');
    expect(await harness.runtime.capture(handle, 50)).toBe(forged.join('\n'));
    expect(await harness.runtime.observe()).toHaveLength(1);
  });

  it('reaches into the history, and stays quick beside an agent that floods its terminal', async () => {
    const flood = await harness.runtime.create(
      harness.spec('app-2', [
        'sh',
        '-c',
        'while :; do printf "\\033[31mflood\\033[0m %s\\n" x; done',
      ]),
    );
    await showing(flood.handle, 'flood x');
    const { handle } = await harness.runtime.create(
      harness.spec('app-1', ['sh', '-c', 'seq 1 500; sleep 1000']),
    );
    await showing(handle, '500');
    expect((await harness.runtime.capture(handle, 300)).split('\n')).toEqual(
      Array.from({ length: 300 }, (_, n) => String(n + 201)),
    );
    expect(await harness.runtime.observe()).toHaveLength(2);
  });
});

describe('ending', () => {
  const alive = (pid: number) => {
    try {
      return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    } catch {
      return false;
    }
  };

  it('leaves no process behind, not one that left its parent and terminal either', async () => {
    const script =
      'sleep 1001 & echo $! > a; setsid sh -c "trap \\"\\" TERM HUP; sleep 1002" & nohup setsid sh -c "echo \\$\\$ > b; exec sleep 1003" >/dev/null 2>&1 & trap "" TERM HUP; while :; do sleep 1004; done';
    const { handle, pid } = await harness.runtime.create(
      harness.spec('app-1', ['sh', '-c', script]),
    );
    const pids = await until(() => {
      const read = ['a', 'b'].map((name) => Number(readFileSync(out(name), 'utf8')));
      return read.every((n) => n > 0) && [...read, pid ?? 0];
    });
    expect(pids.every(alive)).toBe(true);
    expect(
      (await harness.runtime.resources([handle])).get(handle)?.processes,
    ).toBeGreaterThanOrEqual(4);
    await harness.runtime.kill(handle, { graceMs: 100 });
    expect(pids.filter(alive)).toEqual([]);
  });

  it('does not wait for the grace time when the agent ends politely', async () => {
    const { handle } = await harness.runtime.create(
      harness.spec('app-1', [
        'sh',
        '-c',
        'trap "echo bye > bye; exit 0" TERM; echo ready; while :; do sleep 1000 & wait; done',
      ]),
    );
    await showing(handle, 'ready');
    const before = performance.now();
    await harness.runtime.kill(handle, { graceMs: 60_000 });
    expect(performance.now() - before).toBeLessThan(30_000);
    expect(readFileSync(out('bye'), 'utf8')).toBe('bye\n');
  });
});

describe('the connection', () => {
  it('is made again when its client dies; agents and handles stay', async () => {
    const { handle, pid } = await harness.runtime.create(
      harness.spec('app-1', harness.programs.echoes),
    );
    const [client] = clientPids();
    process.kill(client ?? 0, 'SIGKILL');
    await until(
      () => {
        const [next] = clientPids();
        return next !== undefined && next > 0 && next !== client;
      },
      5_000,
      'a new client',
    );
    await until(async () => (await harness.runtime.observe())[0]?.fact.pid === pid);
    await harness.runtime.write(handle, 'still there', { submit: true });
    await showing(handle, 'got still there');
  });

  it('is made again when the server was killed; old handles are gone, even when their pane number is back', async () => {
    const old = await harness.runtime.create(harness.spec('app-1', harness.programs.stays));
    harness.tmux('kill-server');
    await until(async () => (await harness.runtime.observe()).length === 0);
    const fresh = await harness.runtime.create(harness.spec('app-2', harness.programs.echoes));
    expect(fresh.handle.split('@')[0]?.split(':')[1]).toBe(old.handle.split('@')[0]?.split(':')[1]);
    await expect(harness.runtime.write(old.handle, 'x', { submit: true })).rejects.toMatchObject({
      kind: 'not_found',
    });
    await harness.runtime.kill(old.handle, { graceMs: 0 });
    expect(await harness.runtime.observe()).toHaveLength(1);
  });

  it('fails what was under way as transient, and tells afterwards of exits it did not see', async () => {
    const heard: string[] = [];
    harness.runtime.onExit((id, _, code) => heard.push(`${id} ${code}`));
    await harness.runtime.create(
      harness.spec('app-1', ['sh', '-c', 'while [ ! -e go ]; do sleep 0.01; done; exit 5']),
    );
    const server = Number(harness.tmux('display-message', '-p', '#{pid}'));
    const [client] = clientPids();
    process.kill(server, 'SIGSTOP');
    try {
      const failed = expect(harness.runtime.observe()).rejects.toMatchObject({
        kind: 'transient',
        code: 'AO_TMUX_LOST',
      });
      // By now the command is written, and nobody reads it.
      await new Promise((resolve) => setImmediate(resolve));
      process.kill(client ?? 0, 'SIGKILL');
      await failed;
      writeFileSync(out('go'), '');
    } finally {
      process.kill(server, 'SIGCONT');
    }
    await until(() => heard.length > 0);
    expect(heard).toEqual(['app-1 5']);
  });

  it('pushes exits also while a person is attached', async () => {
    await harness.runtime.create(harness.spec('app-1', harness.programs.stays));
    const { argv } = harness.runtime.attach('app-1:%1@1.1');
    const person = spawn(
      'script',
      ['-qc', argv.map((word) => `'${word}'`).join(' '), '/dev/null'],
      {
        env: { ...harness.env, TERM: 'xterm' },
        stdio: ['pipe', 'ignore', 'ignore'],
      },
    );
    try {
      await until(() => clientPids().length === 2, 5_000, 'the person');
      const heard: unknown[] = [];
      harness.runtime.onExit((id, _, code) => heard.push([id, code]));
      await harness.runtime.create(harness.spec('app-2', harness.programs.exits(7)));
      await until(() => heard.length > 0);
      expect(heard).toEqual([['app-2', 7]]);
    } finally {
      person.kill();
    }
  });

  it('never shares a server with another data directory', async () => {
    await harness.runtime.create(harness.spec('app-1', harness.programs.stays));
    const other = await tmuxHarness();
    try {
      expect(await other.runtime.observe()).toEqual([]);
    } finally {
      await other.dispose();
    }
  });

  it('finds what an earlier bot started, and needs no process for a round', async () => {
    const { handle } = await harness.runtime.create(harness.spec('app-1', harness.programs.stays));
    await harness.runtime.stop();
    const next = harness.other();
    await next.start();
    try {
      expect((await next.observe()).map((seen) => seen.handle)).toEqual([handle]);
    } finally {
      await next.stop();
      await harness.runtime.start();
    }
  });
});

describe('without a usable tmux', () => {
  const build = (bin: string) =>
    createTmuxRuntime(
      tmuxConfig.parse({ bin, socket: `ao-none-${randomBytes(4).toString('hex')}` }),
      pluginContext({ dataDir: join(harness.cwd, 'other') }),
    );

  it('says what to do when it is missing', async () => {
    const runtime = build(out('no-tmux'));
    await expect(runtime.start()).rejects.toMatchObject({
      kind: 'rejected',
      code: 'AO_TMUX_MISSING',
      message: expect.stringContaining('install'),
    });
    expect(await runtime.doctor()).toEqual([
      {
        level: 'error',
        what: expect.stringContaining('not found'),
        fix: expect.stringContaining('apt-get install tmux'),
      },
    ]);
  });

  it.each([
    ['3.1c', 'AO_TMUX_OLD'],
    ['2.8', 'AO_TMUX_OLD'],
  ])('refuses version %s', async (version, code) => {
    writeFileSync(out('old-tmux'), `#!/bin/sh\necho tmux ${version}\n`, { mode: 0o755 });
    await expect(build(out('old-tmux')).start()).rejects.toMatchObject({
      kind: 'rejected',
      code,
      message: expect.stringContaining('3.2'),
    });
  });
});
