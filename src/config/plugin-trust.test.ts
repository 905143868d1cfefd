import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { BUILT_IN_NAMES } from '../../test/support/plugin-stand-ins.ts';
import { tempDir } from '../../test/support/temp-dir.ts';
import { loadConfig } from './load-config.ts';
import { confirmedIn, type PluginTrust, trustPlugins } from './plugin-trust.ts';

/** A checkout whose configuration names a plugin that leaves a trace when it is run. */
function checkout() {
  const home = tempDir();
  const folder = tempDir();
  const trace = path.join(folder, 'ran');
  const code = path.join(folder, 'own.mjs');
  const write = (more = '') =>
    writeFileSync(
      code,
      `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(trace)}, '');
       export default ({ z }) => ({ slot: 'notifier', name: 'own', description: 'x', contract: 1, config: z.object({}), create: () => ({}) });${more}`,
    );
  write();
  const file = path.join(folder, 'ao.yaml');
  writeFileSync(file, 'plugins: [{ path: ./own.mjs }]\nnotifiers: { mine: { plugin: own } }\n');
  const env = { HOME: home };
  const load = (trust: PluginTrust = confirmedIn(env, undefined, folder)) =>
    loadConfig({ path: null, searchFrom: folder, env, plugins: BUILT_IN_NAMES, trust });
  const entries = [{ path: code }];
  return { home, folder, file, trace, load, entries, write };
}

// threat: a checkout's ao.yaml names a plugin | its code isn't run before ao plugin trust
test('code that nobody confirmed is not run, and its names are no mistakes', async () => {
  const { load, trace, entries } = checkout();
  const loaded = await load();
  expect(loaded.ok && loaded.value.untrusted).toEqual([entries[0]?.path]);
  expect(existsSync(trace)).toBe(false);
});

test('confirmed once it is run, until its code changes', async () => {
  const { load, trace, home, file, entries, write } = checkout();
  const { store } = confirmedIn({ HOME: home }, undefined, '/');
  trustPlugins(store, file, entries);
  const loaded = await load();
  expect(loaded.ok && loaded.value.untrusted).toEqual([]);
  expect(existsSync(trace)).toBe(true);
  write('// another');
  const again = await load();
  expect(again.ok && again.value.untrusted).toHaveLength(1);
});

// threat: a checkout brings its own confirmation | it counts for nothing
test('a checkout can not confirm itself: neither by its data directory nor by a file open to others', async () => {
  const { load, folder, file, entries, home, trace } = checkout();
  mkdirSync(path.join(folder, 'd'));
  trustPlugins(path.join(folder, 'd', 'trusted-plugins.json'), file, entries);
  writeFileSync(path.join(folder, '.env'), `AO_DATA_DIR=${path.join(folder, 'd')}\n`);
  const { store } = confirmedIn({ HOME: home }, undefined, '/');
  trustPlugins(store, file, entries);
  chmodSync(store, 0o644);
  const loaded = await load();
  expect(loaded.ok && loaded.value.untrusted).toHaveLength(1);
  expect(existsSync(trace)).toBe(false);
});
