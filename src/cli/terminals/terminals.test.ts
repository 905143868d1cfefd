import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { FakeBotApi } from '../../../test/fakes/bot-api.ts';
import { runInTest } from '../../../test/support/cli-run.ts';
import { sessionView } from '../../../test/support/session-view.ts';
import { tempDir } from '../../../test/support/temp-dir.ts';
import { shellLine } from './shell-line.ts';
import { TERMINALS, terminalFor, type Wanted } from './terminals.ts';

const WANTED: Wanted = {
  name: 'app-3',
  argv: ['/opt/ao/node', '/opt/my tools/ao', 'attach', 'app-3', '--data-dir', `/srv/it's; "mine"`],
  folder: '/trees/app-3',
};

test('a shell reads the same words back', () => {
  const line = shellLine(['printf', '%s\\n', ...WANTED.argv, '', '$HOME', 'a\nb']);
  expect(execFileSync('sh', ['-c', line], { encoding: 'utf8' })).toBe(
    `${[...WANTED.argv, '', '$HOME', 'a\nb'].join('\n')}\n`,
  );
});

test.each(Object.entries(TERMINALS))(
  '%s gets every word whole, and nothing of them as a part of a script',
  (name, terminal) => {
    const argv = terminal.open(WANTED, {}, terminal.platforms[0]);
    if ('folderOnly' in terminal) expect(argv.at(-1)).toBe('/trees/app-3');
    else if (argv[0] === 'osascript') {
      expect(argv.slice(-2)).toEqual(['app-3', shellLine(WANTED.argv)]);
      expect(argv.slice(0, -2).join('\n')).not.toContain('attach');
    } else
      expect(argv.slice(-WANTED.argv.length)).toEqual(
        name === 'windows-terminal'
          ? WANTED.argv.map((word) => word.replaceAll(';', '\\;'))
          : WANTED.argv,
      );
  },
);

test.each([
  [{ TERM_PROGRAM: 'iTerm.app' }, 'darwin', 'iTerm2'],
  [{ TERM_PROGRAM: 'Apple_Terminal' }, 'darwin', 'Terminal'],
  [{ KITTY_WINDOW_ID: '1' }, 'linux', 'kitty'],
  [{ GNOME_TERMINAL_SCREEN: '/org/gnome' }, 'linux', 'GNOME Terminal'],
  [{ WT_SESSION: 'x' }, 'linux', 'Windows Terminal'],
  [{ WEZTERM_PANE: '0' }, 'linux', 'WezTerm'],
  [{ TERM_PROGRAM: 'vscode' }, 'linux', 'VS Code'],
  [{ TERM_PROGRAM: 'vscode', CURSOR_TRACE_ID: 'x' }, 'darwin', 'Cursor'],
  [{ TERM: 'xterm' }, 'linux', undefined],
] as const)('%j on %s is %s', (env, platform, title) => {
  expect(terminalFor(undefined, env, platform)?.title).toBe(title);
});

test('what is configured wins; an unknown name is none of ours', () => {
  expect(terminalFor('wezterm', { KITTY_WINDOW_ID: '1' }, 'linux')?.title).toBe('WezTerm');
  expect(terminalFor('xterm', { KITTY_WINDOW_ID: '1' }, 'linux')).toBeNull();
});

async function world(config: string, ids: readonly string[]) {
  const dataDir = tempDir();
  writeFileSync(path.join(dataDir, 'ao.yaml'), config);
  const bot = await FakeBotApi.start(dataDir);
  const all = ids.map((id) => sessionView({ id }));
  bot.on('GET /api/sessions', { body: all });
  for (const session of all) bot.on(`GET /api/sessions/${session.id}`, { body: session });
  const bin = path.join(dataDir, 'bin');
  mkdirSync(bin);
  writeFileSync(path.join(bin, 'gnome-terminal'), '#!/bin/sh\n');
  chmodSync(path.join(bin, 'gnome-terminal'), 0o755);
  return {
    run: (...words: readonly string[]) =>
      runInTest(['open', '--terminal', ...words], { dataDir, env: { PATH: bin } }),
    dataDir,
  };
}

test('ao open --terminal opens the only session that runs, by its attach command', async () => {
  const { run, dataDir } = await world('terminal: gnome-terminal', ['app-7']);
  const { code, executed, err } = await run();
  expect([code, err]).toEqual([0, '']);
  expect(executed).toEqual([
    [
      'gnome-terminal',
      '--tab',
      '--title',
      'app-7',
      '--',
      process.execPath,
      process.argv[1],
      'attach',
      'app-7',
      '--data-dir',
      dataDir,
    ],
  ]);
});

test.each([
  ['terminal: gnome-terminal', ['app-7', 'app-8'], [], 1, /which one\? .*app-7 \| app-8/],
  ['terminal: gnome-terminal', [], [], 1, /no session is running/],
  [
    'terminal: kitty',
    ['app-7'],
    ['app-7'],
    1,
    /kitty, which opens kitty, isn't on the PATH.*attach app-7/,
  ],
  ['terminal: xterm', ['app-7'], ['app-7'], 0, /xterm is none of iterm2.*attach app-7/],
])('%s with %j', async (config, ids, words, code, said) => {
  const { run } = await world(config, ids);
  const done = await run(...words);
  expect(done.code).toBe(code);
  expect(`${done.out}${done.err}`).toMatch(said);
  expect(done.executed).toEqual([]);
});

test('a session without --terminal is a mistake that is named', async () => {
  expect(await runInTest(['open', 'app-7'], { dataDir: tempDir() })).toMatchObject({
    code: 2,
    err: expect.stringContaining('ao open --terminal app-7'),
  });
});
