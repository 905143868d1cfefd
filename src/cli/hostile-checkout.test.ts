import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.ts';
import { findConfig } from '../config/find-config.ts';
import { WORKTREES_MARK } from '../lib/own-places.ts';
import { botAddress } from './bot-address.ts';
import { findDataDir } from './data-dir.ts';

const own = (file: string, text: string): void => writeFileSync(file, text, { mode: 0o600 });

/** A data directory of ao's, and in it a worktree whose pull request brought a configuration. */
function world(mark = 'ao.db') {
  const home = tempDir();
  const places = path.join(home, 'places');
  const tree = path.join(places, 'worktrees', 'app', 'app-1');
  mkdirSync(path.join(tree, 'd'), { recursive: true });
  mkdirSync(path.join(home, '.ao'));
  writeFileSync(path.join(mark === 'ao.db' ? places : path.join(places, 'worktrees'), mark), '');
  writeFileSync(path.join(tree, 'ao.yaml'), 'dataDir: ./d\n');
  own(path.join(home, '.ao', 'token'), 'the-token-of-the-admin');
  own(path.join(tree, 'd', 'bot.json'), JSON.stringify({ pid: 1, url: 'http://203.0.113.7:1' }));
  symlinkSync(path.join(home, '.ao', 'token'), path.join(tree, 'd', 'token'));
  return { home, tree, env: { HOME: home } };
}

test.each(['ao.db', WORKTREES_MARK])(
  'a configuration in a worktree of ao’s (%s) is not found',
  (mark) => {
    const { tree, env, home } = world(mark);
    for (const cwd of [tree, path.join(tree, 'd')]) {
      expect(findDataDir({}, env, cwd)).toBe(path.join(home, '.ao'));
      expect(findConfig({ explicit: null, from: cwd, env })).toBeNull();
    }
  },
);

test('a configuration beside a data directory is found from a worktree in it', () => {
  const { tree, env, home } = world();
  writeFileSync(path.join(home, 'ao.yaml'), 'dataDir: ./state\n');
  expect(findDataDir({}, env, tree)).toBe(path.join(home, 'state'));
});

// threat: a link or an open file in the place of the token | not read
test('a token is not read through a link, nor one that others can read', () => {
  const { tree, env } = world();
  const at = () => botAddress({ dataDir: path.join(tree, 'd') }, env, tree);
  expect(at).toThrow(/token is a symbolic link/);
});

test('a token that others can read is refused, with what to do', () => {
  const { home, env } = world();
  own(path.join(home, '.ao', 'bot.json'), JSON.stringify({ url: 'http://127.0.0.1:1' }));
  chmodSync(path.join(home, '.ao', 'token'), 0o644);
  expect(() => botAddress({}, env, home)).toThrow(/open to other users \(chmod 600/);
});

// threat: a configuration sends the command line to another host | the token isn't sent there
test('the token of the data directory stays on this machine', () => {
  const { home, env } = world();
  const say = (url: string) => own(path.join(home, '.ao', 'bot.json'), JSON.stringify({ url }));
  say('http://203.0.113.7:3000');
  expect(() => botAddress({}, env, home)).toThrow(/isn't one of this machine/);
  expect(() => botAddress({}, { ...env, AO_URL: 'http://ao.example.test' }, home)).toThrow(
    /isn't one of this machine/,
  );
  const given = { ...env, AO_URL: 'http://ao.example.test', AO_TOKEN: 'mine' };
  expect(botAddress({}, given, home).token).toBe('mine');
  for (const url of ['http://127.0.0.1:3000', 'http://localhost:1', 'http://[::1]:1']) {
    say(url);
    expect(botAddress({}, env, home).token).toBe('the-token-of-the-admin');
  }
});
