import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { builtInPlugins } from '../../plugins/index.ts';
import { makeRepository } from '../../test/support/git-repository.ts';
import { tempDir } from '../../test/support/temp-dir.ts';
import { prepare } from './prepare.ts';

const ENV = { PATH: process.env.PATH ?? '' };

function start(targets: readonly string[], dataDir: string, said: string[] = []) {
  const options = {
    targets,
    config: null,
    dataDir,
    host: null,
    port: null,
    trustPlugins: false,
    cwd: dataDir,
    env: { ...ENV, HOME: dataDir },
  };
  return prepare(options, builtInPlugins, { ...ENV, HOME: dataDir }, (line) => said.push(line));
}

test('each repository becomes a project; the same name twice gets a number, and so do equal prefixes', async () => {
  const dataDir = tempDir();
  for (const name of ['one/app', 'two/app', 'app-', 'Shop'])
    mkdirSync(path.join(dataDir, name), { recursive: true });
  const { config, demo } = await start(['one/app', 'two/app', 'app-', 'Shop', './Shop'], dataDir);
  expect(demo).toBe(false);
  expect(
    Object.entries(config.projects).map(([id, project]) => [
      id,
      path.relative(dataDir, project.path),
      project.sessionPrefix,
    ]),
  ).toEqual([
    ['app', 'one/app', undefined],
    ['app-2', 'two/app', undefined],
    ['app-', 'app-', 'app3'],
    ['shop', 'Shop', undefined],
  ]);
});

test('repositories that the configuration has are those of the configuration; a stranger among them makes them all plain', async () => {
  const dataDir = tempDir();
  for (const name of ['app', 'other']) mkdirSync(path.join(dataDir, name));
  writeFileSync(path.join(dataDir, 'app', 'ao.yaml'), 'projects: { mine: { path: . } }');
  expect(Object.keys((await start(['app'], dataDir)).config.projects)).toEqual(['mine']);
  expect(Object.keys((await start(['app', 'other'], dataDir)).config.projects)).toEqual([
    'app',
    'other',
  ]);
});

test('a folder that is not there is named', async () => {
  const dataDir = tempDir();
  mkdirSync(path.join(dataDir, 'app'));
  await expect(start(['app', 'nope'], dataDir)).rejects.toThrow(
    `There is no folder ${path.join(dataDir, 'nope')}.`,
  );
});

test('two addresses with one name are two clones, each found again', async () => {
  const dataDir = tempDir();
  const addresses = ['one', 'two'].map((owner) => {
    const bare = path.join(dataDir, owner, 'app.git');
    const { path: source } = makeRepository(tempDir(), { 'README.md': `${owner}\n` });
    execFileSync('git', ['clone', '-q', '--bare', source, bare]);
    return pathToFileURL(bare).href;
  });
  const said: string[] = [];
  const first = await start(addresses, dataDir, said);
  const places = Object.values(first.config.projects).map((project) => project.path);
  expect(new Set(places).size).toBe(2);
  expect(places.every((place) => existsSync(path.join(place, 'README.md')))).toBe(true);
  expect(said).toHaveLength(2);
  const again = await start(addresses, dataDir, said);
  expect(Object.values(again.config.projects).map((project) => project.path)).toEqual(places);
  expect(said).toHaveLength(2);
});

test('a clone that fails leaves nothing behind', async () => {
  const dataDir = tempDir();
  const address = pathToFileURL(path.join(dataDir, 'nothing.git')).href;
  await expect(start([address], dataDir)).rejects.toThrow('could not be cloned');
  expect(readdirSync(path.join(dataDir, 'repos'))).toEqual([]);
});
