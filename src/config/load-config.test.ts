import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { BUILT_IN_NAMES } from '../../test/support/plugin-stand-ins.ts';
import { tempDir } from '../../test/support/temp-dir.ts';
import { formatConfigError } from './config-error.ts';
import { type LoadedConfig, loadConfig } from './load-config.ts';

function load(
  yaml: string,
  options: { env?: Record<string, string>; name?: string; dotEnv?: string } = {},
): ReturnType<typeof loadConfig> {
  const folder = tempDir();
  writeFileSync(path.join(folder, options.name ?? 'ao.yaml'), yaml);
  if (options.dotEnv !== undefined) writeFileSync(path.join(folder, '.env'), options.dotEnv);
  return loadConfig({
    path: null,
    searchFrom: folder,
    env: { HOME: '/home/dana', ...options.env },
    plugins: BUILT_IN_NAMES,
    trust: { type: 'all' },
  });
}

async function loaded(
  yaml: string,
  options: Parameters<typeof load>[1] = {},
): Promise<LoadedConfig> {
  const result = await load(yaml, options);
  if (!result.ok) throw new Error(result.error.map(formatConfigError).join('\n'));
  return result.value;
}

/** Errors without the folder: `2:1: key: message`. */
async function errorsOf(yaml: string, options: Parameters<typeof load>[1] = {}): Promise<string[]> {
  const result = await load(yaml, options);
  if (result.ok) throw new Error('the configuration was accepted');
  return result.error.map((error) => formatConfigError({ ...error, file: null }));
}

test.each([
  ['an unknown key at the top', 'defalts: {}', '1:1: defalts: unknown key. Did you mean defaults?'],
  [
    'an unknown key of a project',
    'projects:\n  app:\n    path: .\n    agnt: codex',
    '4:5: projects.app.agnt: unknown key. Did you mean agent?',
  ],
  ['an unknown key nobody could mean', 'zzzzzzzz: 1', '1:1: zzzzzzzz: unknown key.'],
  ['a wrong type', 'port: [1]', '1:1: port: expected a number, this is a list.'],
  ['a port out of range', 'port: 70000', '1:1: port: must be at most 65535, this is 70000.'],
  [
    'text where a list belongs',
    'projects: { app: { path: ., symlinks: .env } }',
    '1:29: projects.app.symlinks: expected a list, this is ".env".',
  ],
  [
    'a word outside the list',
    'lifecycle: { resume: alway }',
    '1:14: lifecycle.resume: "alway" is not one of auto, ask, never.',
  ],
  [
    'a near miss of a word',
    'projects: { app: { path: ., merge: { method: sqash } } }',
    'projects.app.merge.method: "sqash" is not one of squash, merge, rebase. Did you mean squash?',
  ],
  ['a missing key', 'projects:\n  app: {}', '2:3: projects.app: needs path (text).'],
  [
    'a bad duration',
    'lifecycle: { settle: soon }',
    'lifecycle.settle: expected a duration such as 30s, 5m, 2h, 1d, or a number of milliseconds, this is "soon".',
  ],
  [
    'a bad size',
    'limits: { memory: { reserve: lots } }',
    'limits.memory.reserve: expected a size such as 512M, 2G, or a number of bytes, this is "lots".',
  ],
  [
    'a time zone that does not exist',
    'digest: { timezone: Mars/Base }',
    'digest.timezone: expected a time zone such as Europe/Berlin or UTC, this is "Mars/Base".',
  ],
  ['broken YAML', 'port: [1,\nhost: x', 'this is not valid YAML'],
  [
    'an alias that leads nowhere',
    'projects:\n  app: { path: ., symlinks: [*.env] }',
    "2:30: this is not valid YAML: *.env refers to &.env, which isn't defined before it. Text that begins with * needs quotes",
  ],
  [
    'an alias inside of itself',
    'projects: &all\n  app: *all',
    '2:8: this is not valid YAML: *all is inside what it refers to',
  ],
  [
    'aliases that multiply',
    `defaults: { notifiers: ${multiplied()} }`,
    'this is not valid YAML: Excessive alias count',
  ],
  [
    'the same key twice',
    'port: 1\nport: 2',
    '2:1: this is not valid YAML: Map keys must be unique',
  ],
  [
    'a missing variable',
    'auth:\n  token: ${NO_SUCH}',
    '2:10: auth.token: the environment variable NO_SUCH is not set.',
  ],
  [
    'a missing variable in a list',
    'defaults: { notifiers: [a, "${NO_SUCH}"] }',
    'defaults.notifiers[1]: the environment variable NO_SUCH is not set.',
  ],
  [
    'text from the environment that is no number',
    'port: ${PORT:-abc}',
    'port: expected a number, this is "abc".',
  ],
  [
    'two projects with one prefix',
    'projects:\n  web-app: { path: a }\n  webapp: { path: b }',
    '3:3: projects.webapp.sessionPrefix: the prefix webapp is also that of project web-app.',
  ],
  [
    'a channel bound twice',
    'projects:\n  a: { path: a, channels: [c1] }\n  b: { path: b, channels: [c1] }',
    'the channel c1 is already bound to project a.',
  ],
  [
    'an unknown agent',
    'defaults: { agent: claude }',
    '1:13: defaults.agent: there is no agent claude. Known: claude-code, command.',
  ],
  [
    'a near miss of an agent',
    'projects: { app: { path: ., agent: claud-code } }',
    'Did you mean claude-code?',
  ],
  [
    'an unknown scm plugin',
    'projects:\n  app:\n    path: .\n    scm: { plugin: locl }',
    '4:5: projects.app.scm: there is no scm plugin locl. Known: local. Did you mean local?',
  ],
  ['an unknown chat', 'chat: { slak: {} }', 'chat.slak: there is no chat plugin slak.'],
  [
    'a notifier that is not configured',
    'notificationRouting: { urgent: [pager] }',
    'notificationRouting.urgent[0]: there is no notifier pager.',
  ],
  [
    'an unknown key of a plugin',
    'chat:\n  web:\n    titel: x',
    '3:5: chat.web.titel: unknown key. Did you mean title?',
  ],
  [
    'a wrong type in a plugin part',
    'agents: { demo: { plugin: command, program: x } }',
    'agents.demo.program: expected a list, this is "x".',
  ],
  [
    'a misspelt reaction',
    'reactions: { ci-faild: { retries: 1 } }',
    "reactions.ci-faild: this isn't a built-in reaction, and it has neither on (an event) nor condition (an expression). Did you mean ci-failed?",
  ],
  [
    'an own reaction without an action',
    'reactions: { mine: { on: pr.merged } }',
    'reactions.mine: needs action.',
  ],
  [
    'a broken condition',
    'reactions: { mine: { condition: "a ==", action: none } }',
    'reactions.mine.condition: this is not a valid expression',
  ],
  [
    'a condition for a built-in reaction',
    'reactions: { ci-failed: { condition: "true" } }',
    'ci-failed is built in and has its own condition',
  ],
  [
    'a schedule for no project',
    'schedules: [{ cron: "0 6 * * *", project: app, prompt: x }]',
    'schedules[0].project: there is no project app.',
  ],
  [
    'a prefix that cannot be one',
    'projects: { app: { path: ., sessionPrefix: My-App } }',
    'expected up to 16 lower-case letters and digits',
  ],
  [
    'a person without a stable id',
    'access: { users: { dana: [lead] } }',
    'access.users.dana: expected a stable id',
  ],
])('%s is an error with its place and what to do', async (_, yaml, expected) => {
  expect((await errorsOf(yaml)).join('\n')).toContain(expected);
});

/** Lists of lists of aliases: a few lines that would become a million entries. */
function multiplied(): string {
  const lists = [
    '&l0 [x]',
    ...Array.from(
      { length: 6 },
      (_, index) => `&l${index + 1} [${Array(10).fill(`*l${index}`).join(', ')}]`,
    ),
  ];
  return `[${lists.join(', ')}]`;
}

test('all errors are told at once, in the order of the file', async () => {
  const errors = await errorsOf('port: x\nprojects:\n  app: {}\nhost: 3\n');
  expect(errors.map((error) => error.split(': ')[1])).toEqual(['port', 'projects.app', 'host']);
});

test('variables come from the environment before .env, and have defaults', async () => {
  const yaml =
    'host: ${HOST_A}\npublicUrl: ${URL:-http://localhost}\nauth: { token: "a-${T}-$${T}" }';
  const { config, secrets } = await loaded(yaml, {
    env: { HOST_A: 'real' },
    dotEnv: 'HOST_A=dotenv\nT=x y\n',
  });
  expect(config.host).toBe('real');
  expect(config.publicUrl).toBe('http://localhost');
  expect(config.auth.token).toBe('a-x y-${T}');
  expect([...secrets]).toEqual(['real', 'x y']);
});

test('a variable becomes a number or a truth value only where one is wanted', async () => {
  const { config } = await loaded(
    'port: ${P}\nauth: { token: "${P}" }\npower: { preventIdleSleep: "${YES}" }',
    { env: { P: '8080', YES: 'true' } },
  );
  expect(config.port).toBe(8080);
  expect(config.auth.token).toBe('8080');
  expect(config.power.preventIdleSleep).toBe(true);
});

test('AO_PORT, AO_HOST and AO_DATA_DIR override the file', async () => {
  const { config } = await loaded('port: 1\nhost: a\ndataDir: b', {
    env: { AO_PORT: '2', AO_HOST: 'c', AO_DATA_DIR: '/d' },
  });
  expect(config).toMatchObject({ port: 2, host: 'c', dataDir: '/d' });
  expect(await errorsOf('', { env: { AO_PORT: 'many' } })).toEqual([
    'AO_PORT: expected a port from 0 to 65535, this is "many".',
  ]);
});

test('paths are meant from the file, ~ is the home folder, addresses stay', async () => {
  const { config, file } = await loaded(
    'projects:\n  a: { path: sub/a }\n  b: { path: ~/b }\n  c: { path: "https://example.org/c.git" }',
  );
  const folder = path.dirname(file ?? '');
  expect(Object.values(config.projects).map((project) => project.path)).toEqual([
    path.join(folder, 'sub/a'),
    '/home/dana/b',
    'https://example.org/c.git',
  ]);
});

test('an empty file and no file mean the defaults', async () => {
  expect((await loaded('')).config).toMatchObject({
    port: 3000,
    host: '127.0.0.1',
    dataDir: '/home/dana/.ao',
    projects: {},
  });
  const none = await loadConfig({
    path: null,
    searchFrom: tempDir(),
    env: { HOME: '/nowhere' },
    plugins: BUILT_IN_NAMES,
    trust: { type: 'all' },
  });
  expect(none).toMatchObject({ ok: true, value: { file: null } });
});

test('a file that was named but is not there is an error', async () => {
  const result = await loadConfig({
    path: 'missing.yaml',
    searchFrom: tempDir(),
    env: {},
    plugins: [],
    trust: { type: 'all' },
  });
  expect(result).toMatchObject({
    ok: false,
    error: [{ message: 'there is no such file. Make one with: ao init' }],
  });
});

test('the file is looked for upwards, then in the configuration folder of the user; --config and AO_CONFIG win', async () => {
  const folder = tempDir();
  const deep = path.join(folder, 'a', 'b');
  mkdirSync(deep, { recursive: true });
  mkdirSync(path.join(folder, 'xdg', 'ao'), { recursive: true });
  const files = {
    user: path.join(folder, 'xdg', 'ao', 'ao.yaml'),
    named: path.join(folder, 'named.yaml'),
    up: path.join(folder, 'a', 'ao.yaml'),
  };
  const find = async (explicit: string | null, env: Record<string, string> = {}) => {
    const result = await loadConfig({
      path: explicit,
      searchFrom: deep,
      env: { XDG_CONFIG_HOME: path.join(folder, 'xdg'), ...env },
      plugins: BUILT_IN_NAMES,
      trust: { type: 'all' },
    });
    return result.ok ? result.value.file : null;
  };
  for (const file of [files.user, files.named]) writeFileSync(file, '');
  expect(await find(null)).toBe(files.user);
  writeFileSync(files.up, '');
  expect(await find(null)).toBe(files.up);
  expect(await find(null, { AO_CONFIG: files.named })).toBe(files.named);
  expect(await find('../../named.yaml', { AO_CONFIG: files.up })).toBe(files.named);
});

test.each([
  [
    'an event that does not exist',
    'reactions: { tell: { on: pr.openned, action: notify, message: x } }',
    'reactions.tell.on: there is no event pr.openned. docs/config.md lists them. Did you mean pr.opened?',
  ],
  [
    'a name too long for a button',
    `reactions: { ${'x'.repeat(41)}: { on: pr.opened, action: none } }`,
    'at most 40 characters',
  ],
  [
    'a channel of a chat that is not there',
    'projects: { a: { path: ., channels: ["slak:C1"] } }',
    'slak:C1 is a channel of slak, and there is no chat.slak.',
  ],
  [
    'a digest to a chat that is not there',
    'digest: { channels: ["slack:C1"] }',
    'digest.channels[0]: slack:C1 is a channel of slack, and there is no chat.slack.',
  ],
  [
    'a chat with another name than its plugin',
    'chat: { work: { plugin: web } }',
    'chat.work.plugin: a chat is named as its plugin. Name this entry web.',
  ],
  [
    'a notifier that needs settings and has none',
    'defaults: { notifiers: [siren] }',
    'defaults.notifiers[0]: the notifier plugin siren needs its own settings: notifiers.siren. See: ao plugin info siren',
  ],
])('%s would silently do nothing, so it is an error', async (_, yaml, expected) => {
  expect((await errorsOf(yaml)).join('\n')).toContain(expected);
});
