import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../lib/package-root.ts';
import { configSchema } from './schema/config.ts';
import { allKeys } from './schema-keys.ts';

/**
 * Which module reads which keys: every key of the schema is here.
 * A key that ends in `.*` stands for all below it.
 */
const READERS: Readonly<Record<string, readonly string[]>> = {
  'src/config/load-config.ts': ['dataDir', 'port', 'host', 'projects.<name>.path'],
  'src/config/notification-routing.ts': [
    'notificationRouting.*',
    'defaults.notifiers',
    'projects.<name>.notificationRouting.*',
    'projects.<name>.notifiers',
  ],
  'src/config/project-policy.ts': [
    'projects.<name>.quietHours',
    'reactions.*',
    'projects.<name>.reactions.*',
    'quietHours.*',
    'projects.<name>.merge.*',
    'projects.<name>.tracker.assign',
    'projects.<name>.tracker.labels.*',
    'projects.<name>.tracker.comment',
    'projects.<name>.botAuthors',
    'lifecycle.readyThreshold',
    'lifecycle.stuckThreshold',
    'lifecycle.settle',
    'lifecycle.receiptTimeout',
    'lifecycle.resume',
    'lifecycle.resendBackoff',
    'lifecycle.reviewRounds',
    'lifecycle.resolveThreads',
    'lifecycle.autoCleanupOnMerge',
    'lifecycle.keepWorkspace',
    'lifecycle.undoDays',
    'lifecycle.ackTimeout',
  ],
  'src/app/digests.ts': ['digest.*'],
  'src/app/parts.ts': ['retention.events', 'retention.effects'],
  'src/config/configured-prices.ts': ['prices.*'],
  'src/config/project-settings.ts': [
    'projects.<name>.name',
    'projects.<name>.sessionPrefix',
    'projects.<name>.agent',
    'projects.<name>.runtime',
    'projects.<name>.workspace',
    'projects.<name>.verbosity',
    'projects.<name>.agentConfig.model',
    'projects.<name>.agentConfig.permissions',
    'projects.<name>.tracker.plugin',
    'projects.<name>.scm.plugin',
    'defaults.agent',
    'defaults.runtime',
    'defaults.workspace',
    'defaults.tracker',
    'defaults.scm',
    'defaults.model',
    'defaults.permissions',
    'defaults.verbosity',
    'defaults.worker.agent',
    'defaults.worker.model',
  ],
  'src/app/projects.ts': [
    'defaults.worker.rules',
    'defaults.orchestrator.agent',
    'defaults.orchestrator.model',
    'defaults.orchestrator.rules',
    'projects.<name>.defaultBranch',
    'projects.<name>.agentConfig.args',
    'projects.<name>.agentConfig.env',
    'projects.<name>.agentRules',
    'projects.<name>.agentRulesFile',
    'projects.<name>.agentRulesReplace',
    'projects.<name>.copies',
    'projects.<name>.symlinks',
    'projects.<name>.postCreate',
    'projects.<name>.postCreateTimeout',
    'projects.<name>.maxSessions',
    'projects.<name>.branchNamespace',
    'projects.<name>.enabled',
  ],
  'src/app/plugin-instances.ts': [
    'projects.<name>.checks.*',
    'projects.<name>.repo',
    'projects.<name>.scm.webhook.secret',
    'git.filters.*',
  ],
  'src/app/live-config.ts': ['timezone'],
  'src/app/join-chat.ts': ['projects.<name>.channels', 'projects.<name>.listen'],
  'src/app/join-observers.ts': [
    'budgets.*',
    'projects.<name>.budget.*',
    'power.preventIdleSleep',
    'lifecycle.poll',
  ],
  'src/app/join-commands.ts': ['projects.<name>.owners'],
  'src/app/join-http.ts': ['projects.<name>.scm.webhook.path', 'publicUrl', 'auth.proxyHeader'],
  'src/config/admission-limits.ts': ['limits.*'],
  'src/config/starters.ts': ['schedules.*', 'projects.<name>.trigger.*'],
  'src/commands/access.ts': ['access.*'],
  'src/main.ts': ['auth.token'],
  'src/cli/terminals/open-terminal.ts': ['terminal'],
  'src/config/external-plugins.ts': ['plugins.*'],
  'src/config/plugin-parts.ts': ['agents.*', 'runtimes.*', 'workspaces.*', 'notifiers.*'],
  'src/config/cross-field-rules.ts': ['chat.*'],
};

/** Nothing reads it: it is there for editors. */
const FOR_EDITORS: readonly string[] = ['$schema'];

const covers = (pattern: string, key: string): boolean => {
  const stem = pattern.replace(/\.\*$/, '');
  return (
    key === stem ||
    (pattern.endsWith('.*') && (key.startsWith(`${stem}.`) || key.startsWith(`${stem}[`)))
  );
};
const leaves = allKeys(configSchema)
  .filter((key) => key.leaf)
  .map((key) => key.path);
const declared = [...Object.values(READERS).flat(), ...FOR_EDITORS];

test('every key of the schema has a reader', () => {
  expect(leaves.filter((key) => !declared.some((pattern) => covers(pattern, key)))).toEqual([]);
});

test('no reader is declared for a key that does not exist', () => {
  expect(declared.filter((pattern) => !leaves.some((key) => covers(pattern, key)))).toEqual([]);
});

test.each(Object.entries(READERS))('%s reads what it is said to read', (file, keys) => {
  const absolute = path.join(packageRoot(), file);
  expect(existsSync(absolute)).toBe(true);
  const source = readFileSync(absolute, 'utf8');
  const names = keys.map((key) => key.replace(/\.\*$/, '').split('.').at(-1) ?? '');
  expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(source))).toEqual([]);
});
