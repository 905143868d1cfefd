import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { BUILT_IN_NAMES } from '../../test/support/plugin-stand-ins.ts';
import { tempDir } from '../../test/support/temp-dir.ts';
import { loadConfig } from '../config/load-config.ts';
import { findDataDir } from './data-dir.ts';

test.each([
  ['nothing', '', {}, ''],
  ['a plain path', 'dataDir: state\n', {}, ''],
  ['an absolute path with a comment', 'port: 1\ndataDir: /srv/ao  # here\n', {}, ''],
  ['quotes', 'dataDir: "my state"\n', {}, ''],
  ['single quotes', "dataDir: 'my state'\n", {}, ''],
  ['a key in quotes', '"dataDir": state\n', {}, ''],
  [
    'JSON',
    '{\n  "port": 1,\n  "agents": { "demo": { "plugin": "command" } },\n  "dataDir": "/srv/\\u0061o"\n}\n',
    {},
    '',
  ],
  ['JSON in one line without it', '{"port":1}', {}, ''],
  ['the home folder', 'dataDir: ~/ao-state\n', {}, ''],
  ['a variable', 'dataDir: ${STATE}/x\n', { STATE: '/var/s' }, ''],
  ['a variable of .env', 'dataDir: ${STATE}/x\n', {}, 'STATE=/from/env-file\n'],
  ['a default', 'dataDir: ${STATE:-/opt/ao}\n', {}, ''],
  ['the environment', 'dataDir: x\n', { AO_DATA_DIR: '/real' }, ''],
  ['AO_DATA_DIR in .env', 'dataDir: x\n', {}, 'AO_DATA_DIR=/dotenv\n'],
  ["another orchestrator's folder in our file", 'dataDir: ~/.ao-rs\n', {}, ''],
  ["another orchestrator's folder in its file", 'dataDir: ~/.ao-rs/\n', {}, '', 'ao-rs.yaml'],
  ['its own name of the key', 'data_dir: state\n', {}, '', 'ao-rs.yaml'],
  ['a folder of ours', 'dataDir: /srv/ao\n', {}, '', 'agent-orchestrator.yaml'],
] satisfies ReadonlyArray<[string, string, Record<string, string>, string, string?]> as Array<
  [string, string, Record<string, string>, string, string?]
>)(
  'the short way to the data directory agrees with the whole configuration: %s',
  async (_, yaml, extra, dotEnv, name = 'ao.yaml') => {
    const folder = tempDir();
    const deep = path.join(folder, 'a', 'b');
    mkdirSync(deep, { recursive: true });
    writeFileSync(path.join(folder, name), yaml);
    if (dotEnv !== '') writeFileSync(path.join(folder, '.env'), dotEnv);
    const env = { HOME: '/home/dana', ...extra };
    const whole = await loadConfig({
      path: null,
      searchFrom: deep,
      env,
      plugins: BUILT_IN_NAMES,
      trust: { type: 'all' },
    });
    expect(whole.ok && whole.value.config.dataDir).toBe(findDataDir({}, env, deep));
  },
);

test('the option wins over everything', () => {
  expect(findDataDir({ dataDir: 'x' }, { AO_DATA_DIR: '/y' }, '/here')).toBe('/here/x');
});
