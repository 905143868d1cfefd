import { expect, test } from 'vitest';
import { type ConfigInput, configSchema } from '../../config/schema/config.ts';
import { examineSandboxes, type OwnSandboxes, unsandboxedProjects } from './unsandboxed.ts';

const SANDBOXES: OwnSandboxes = new Map([['codex', ['default', 'plan', 'auto-edit']]]);

const found = (more: Partial<ConfigInput>): readonly string[] =>
  unsandboxedProjects(configSchema.parse(more), SANDBOXES);

test.each<[string, Partial<ConfigInput>, readonly string[]]>([
  ['an agent with its own sandbox', { projects: { app: { path: '.', agent: 'codex' } } }, []],
  [
    'the same without it',
    {
      projects: {
        app: { path: '.', agent: 'codex', agentConfig: { permissions: 'permissionless' } },
      },
    },
    ['app'],
  ],
  [
    'the default for workers',
    { defaults: { worker: { agent: 'codex' } }, projects: { app: { path: '.' } } },
    [],
  ],
  [
    'permissionless by default',
    {
      defaults: { agent: 'codex', permissions: 'permissionless' },
      projects: { app: { path: '.' } },
    },
    ['app'],
  ],
  [
    'an agent without a sandbox',
    { projects: { app: { path: '.', agent: 'claude-code' } } },
    ['app'],
  ],
  ['the first that is installed', { projects: { app: { path: '.' } } }, ['app']],
  ['a project that is switched off', { projects: { app: { path: '.', enabled: false } } }, []],
])('%s', (_what, config, projects) => {
  expect(found(config)).toEqual(projects);
});

test('the finding names the projects and the ways out', () => {
  const config = configSchema.parse({ projects: { app: { path: '.' }, site: { path: '.' } } });
  expect(examineSandboxes(config, SANDBOXES)).toEqual([
    {
      level: 'warning',
      area: 'security',
      what: expect.stringContaining('agents of app, site run without a sandbox'),
      fix: expect.stringContaining('protect branches at the forge'),
    },
  ]);
});
