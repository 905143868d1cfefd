import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { pluginContext } from '../../test/support/plugin-context.ts';
import { BUILT_IN_NAMES } from '../../test/support/plugin-stand-ins.ts';
import { tempDir } from '../../test/support/temp-dir.ts';
import type { NotifierPlugin } from '../slots/notifier.ts';
import { formatConfigError } from './config-error.ts';
import { loadConfig } from './load-config.ts';

const pager = (over: string = '') => `export default ({ z, rejected }) => ({
  slot: 'notifier', name: 'beeper', description: 'Beeps', contract: 1,
  config: z.strictObject({ number: z.string() }),
  create: ({ number }) => ({ async notify() { throw rejected('BEEP', 'no beep for ' + number); }, async doctor() { return []; } }),
  ${over}
});\n`;

/** A folder with these files and an ao.yaml, loaded. */
async function load(files: Readonly<Record<string, string>>, yaml: string) {
  const folder = tempDir();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  writeFileSync(path.join(folder, 'ao.yaml'), yaml);
  const loaded = await loadConfig({
    path: null,
    searchFrom: folder,
    env: { HOME: folder },
    plugins: BUILT_IN_NAMES,
    trust: { type: 'all' },
  });
  const errors = loaded.ok
    ? []
    : loaded.error.map((error) =>
        formatConfigError({ ...error, file: null }).replaceAll(folder, '.'),
      );
  return { folder, loaded, errors };
}

const BEEPER = 'notifiers: { phone: { plugin: beeper, number: "110" } }\n';

test.each([
  ['a file', { 'beeper.mjs': pager() }, 'plugins: [{ path: beeper.mjs }]'],
  [
    'a folder',
    { 'beeper/package.json': '{"main":"./main.mjs"}', 'beeper/main.mjs': pager() },
    'plugins: [{ path: ./beeper }]',
  ],
  [
    'a package beside ao.yaml',
    {
      'node_modules/ao-beeper/package.json': '{"type":"module","exports":"./main.js"}',
      'node_modules/ao-beeper/main.js': pager(),
    },
    'plugins: [{ package: ao-beeper }]',
  ],
])('a plugin from %s is one like any other', async (_what, files, yaml) => {
  const { loaded, errors } = await load(files, `${yaml}\n${BEEPER}`);
  expect(errors).toEqual([]);
  if (!loaded.ok) return;
  const { plugins, externalPlugins } = loaded.value;
  expect(externalPlugins.map(({ definition }) => definition.description)).toEqual(['Beeps']);
  const definition = plugins.find(({ name }) => name === 'beeper');
  const built = definition?.create(
    definition.config.parse({ number: '110' }),
    pluginContext({}),
  ) as NotifierPlugin;
  const message = {
    project: 'p',
    session: null,
    title: 't',
    text: 'x',
    next: null,
    url: null,
    pr: null,
  };
  await expect(built.notify(message, { priority: 'info', key: 'k' })).rejects.toMatchObject({
    kind: 'rejected',
    message: 'no beep for 110',
  });
  expect(errors).toEqual([]);
});

test('its part of ao.yaml is checked like that of a built-in one', async () => {
  expect(
    (
      await load(
        { 'beeper.mjs': pager() },
        'plugins: [{ path: beeper.mjs }]\nnotifiers: { beeper: { numbr: "1" } }',
      )
    ).errors.join('\n'),
  ).toContain('notifiers.beeper.numbr: unknown key. Did you mean number?');
});

test.each([
  [
    'a file that is not there',
    {},
    'plugins: [{ path: no.mjs }]',
    '1:11: plugins[0]: there is no ./no.mjs.',
  ],
  [
    'a package that is not there',
    {},
    'plugins: [{ package: ao-no }]',
    'plugins[0]: there is no package ao-no. Install it beside ao.yaml:  npm install ao-no',
  ],
  [
    'code that throws',
    { 'a.mjs': 'throw new Error("not today")' },
    'plugins: [{ path: a.mjs }]',
    "plugins[0]: ./a.mjs can't be loaded: not today",
  ],
  [
    'no function',
    { 'a.mjs': 'export default {}' },
    'plugins: [{ path: a.mjs }]',
    'has no function as its default export',
  ],
  [
    'what is no plugin',
    { 'a.mjs': 'export default () => ({ slot: "notifier" })' },
    'plugins: [{ path: a.mjs }]',
    "isn't an ao plugin: name: ",
  ],
  [
    'another contract',
    { 'a.mjs': pager('contract: 2,') },
    'plugins: [{ path: a.mjs }]',
    'notifier beeper is made for version 2 of the notifier contract, this ao has version 1.',
  ],
  [
    'a name that is taken',
    { 'a.mjs': pager('name: "stdout",') },
    'plugins: [{ path: a.mjs }]',
    'plugins[0]: there is a notifier plugin stdout already.',
  ],
  [
    'the same one twice',
    { 'a.mjs': pager() },
    'plugins: [{ path: a.mjs }, { path: ./a.mjs }]',
    'plugins[1]: there is a notifier plugin beeper already.',
  ],
] as const)(
  '%s is an error of the configuration, and no other one follows from it',
  async (_what, files, yaml, expected) => {
    const { errors } = await load(files, `${yaml}\n${BEEPER}`);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(expected);
  },
);

test.each([
  [
    'lacks a part of its contract',
    'create: () => ({ notify() {} }),',
    "The notifier plugin beeper of ao.yaml can't be used: it has no doctor.",
  ],
  [
    'can not be made',
    'create: () => { throw new Error("no line"); },',
    "The notifier plugin beeper of ao.yaml can't be used: no line",
  ],
])('one that %s says so in words', async (_what, over, expected) => {
  const { loaded } = await load({ 'a.mjs': pager(over) }, 'plugins: [{ path: a.mjs }]');
  const definition = loaded.ok
    ? loaded.value.plugins.find(({ name }) => name === 'beeper')
    : undefined;
  expect(() => definition?.create({ number: '1' }, pluginContext({}))).toThrow(expected);
});
