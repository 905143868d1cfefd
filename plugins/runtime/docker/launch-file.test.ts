import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { argvThere, launchFile } from './launch-file.ts';

const around = {
  host: { PATH: '/usr/bin', HOME: '/home/ao', LANG: 'de_DE.UTF-8', EDITOR: 'vi' },
  configured: { CACHE: '/srv/cache', MODE: 'configured' },
  home: '/data/home',
  there: ['/opt/ao', '/work/app'],
};

it("gives the agent its own variables and none of this machine's", () => {
  const odd = `it's "$HOME" \`id\` \\ and\ntwo lines`;
  const file = launchFile(
    {
      ...around.host,
      PATH: '/opt/ao/bin/agent:/opt/ao/bin:/usr/local/bin:/usr/bin',
      AO_TOKEN: odd,
      MODE: 'session',
      'no-name': 'x',
    },
    around,
  );
  const seen = execFileSync('/bin/sh', ['-c', `${file}\nexec env -0`], {
    env: { PATH: '/image/bin:/usr/bin:/bin' },
    encoding: 'utf8',
  });
  const set = Object.fromEntries(
    seen.split('\0').map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]),
  );
  expect(set).toMatchObject({
    AO_TOKEN: odd,
    MODE: 'session',
    CACHE: '/srv/cache',
    HOME: '/data/home',
    LANG: 'C.UTF-8',
    PATH: '/opt/ao/bin/agent:/opt/ao/bin:/image/bin:/usr/bin:/bin',
  });
  expect(Object.keys(set)).not.toContain('EDITOR');
  expect(Object.keys(set)).not.toContain('no-name');
});

it.each([
  [
    ['/usr/local/bin/claude', '--resume', '/usr/x'],
    ['claude', '--resume', '/usr/x'],
  ],
  [
    ['/opt/ao/node', 'a.mjs'],
    ['/opt/ao/node', 'a.mjs'],
  ],
  [['/opt/aoo/node'], ['node']],
  [['claude'], ['claude']],
  [['./run.sh'], ['./run.sh']],
])('looks %j up in the image as %j', (argv, there) => {
  expect(argvThere(argv, around.there)).toEqual(there);
});
