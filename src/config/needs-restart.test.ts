import { expect, test } from 'vitest';
import { needsRestart } from './needs-restart.ts';
import { type ConfigInput, configSchema } from './schema/config.ts';

const config = (change: Partial<ConfigInput> = {}) =>
  configSchema.parse({ projects: { app: { path: '/app' } }, ...change });
const app = (change: object): Partial<ConfigInput> => ({
  projects: { app: { path: '/app', ...change } },
});

test.each<readonly [string, Partial<ConfigInput>, readonly string[]]>([
  ['nothing', {}, []],
  ['the port', { port: 4000 }, ['port']],
  ['a plugin of its own', { agents: { x: { plugin: 'command', command: 'x' } } }, ['agents']],
  ['the agent of the defaults', { defaults: { agent: 'codex' } }, ['defaults.agent']],
  ['how much is posted', { defaults: { verbosity: 'quiet' } }, []],
  ['the limits', { limits: { maxSessions: 3 } }, []],
  ['the rights', { access: { users: { 'web:x': ['admin'] } } }, []],
  ['the path of a project', app({ path: '/other' }), ['projects.app.path']],
  ['its merge policy and its budget', app({ merge: { method: 'rebase' }, budget: { day: 3 } }), []],
  ['its trigger', app({ trigger: { label: 'go' } }), []],
  ['its tracker', app({ tracker: { plugin: 'github' } }), ['projects.app.tracker']],
])('a change of %s', (_, change, expected) => {
  expect(needsRestart(config(), config(change))).toEqual(expected);
});

test('a project that comes or goes needs a restart', () => {
  const more = config({ projects: { app: { path: '/app' }, web: { path: '/web' } } });
  expect(needsRestart(config(), more)).not.toEqual([]);
  expect(needsRestart(more, config())).not.toEqual([]);
});
