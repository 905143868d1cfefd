import { nearest } from '../lib/nearest.ts';
import type { PluginDefinition, SlotName } from '../slots/plugin.ts';
import type { Fail, KeyPath } from './config-error.ts';
import { variablesOf } from './peers/notifiers.ts';
import type { Config } from './schema/config.ts';

/** Slots whose plugins get their settings from an entry of their name. */
const SETTLED: ReadonlySet<SlotName> = new Set(['agent', 'runtime', 'workspace', 'notifier']);

interface Named {
  readonly slot: SlotName;
  readonly name: string | undefined;
  readonly path: KeyPath;
}

/** Everything in the configuration that names a plugin, or a configured instance of one, names one that is there and has what it needs. */
export function namesExist(config: Config, plugins: readonly PluginDefinition[], fail: Fail): void {
  for (const named of [...inDefaults(config), ...inProjects(config), ...inRoutes(config)])
    checkName(config, plugins, named, fail);
  const ids = Object.keys(config.projects);
  config.schedules.forEach(({ project }, index) => {
    if (!ids.includes(project))
      fail(
        ['schedules', index, 'project'],
        `there is no project ${project}.`,
        nearest(project, ids),
      );
  });
}

const inDefaults = ({ defaults }: Config): readonly Named[] => [
  ...(['agent', 'runtime', 'workspace', 'tracker', 'scm'] as const).map((slot) => ({
    slot,
    name: defaults[slot],
    path: ['defaults', slot],
  })),
  ...(['worker', 'orchestrator'] as const).map((role) => ({
    slot: 'agent' as const,
    name: defaults[role].agent,
    path: ['defaults', role, 'agent'],
  })),
  ...notifiersAt(defaults.notifiers, ['defaults', 'notifiers']),
];

const inProjects = (config: Config): readonly Named[] =>
  Object.entries(config.projects).flatMap(([id, project]) => [
    ...(['agent', 'runtime', 'workspace'] as const).map((slot) => ({
      slot,
      name: project[slot],
      path: ['projects', id, slot],
    })),
    ...notifiersAt(project.notifiers, ['projects', id, 'notifiers']),
  ]);

function inRoutes(config: Config): readonly Named[] {
  const routes: ReadonlyArray<readonly [KeyPath, Config['notificationRouting']]> = [
    [['notificationRouting'], config.notificationRouting],
    ...Object.entries(config.projects).map(
      ([id, project]) =>
        [['projects', id, 'notificationRouting'], project.notificationRouting] as const,
    ),
  ];
  return routes.flatMap(([path, route]) =>
    Object.entries(route).flatMap(([level, names]) => notifiersAt(names, [...path, level])),
  );
}

const notifiersAt = (names: readonly string[] | undefined, path: KeyPath): readonly Named[] =>
  (names ?? []).map((name, index) => ({ slot: 'notifier', name, path: [...path, index] }));

function checkName(
  config: Config,
  plugins: readonly PluginDefinition[],
  { slot, name, path }: Named,
  fail: Fail,
): void {
  if (name === undefined) return;
  const own = instancesOf(config, slot);
  const ofSlot = plugins.filter((plugin) => plugin.slot === slot);
  const known = [...own, ...ofSlot.map((plugin) => plugin.name)];
  if (known.includes(name)) {
    // Named straight away, without an entry that says what it needs.
    const bare = SETTLED.has(slot) && !own.includes(name);
    if (bare && ofSlot.some((plugin) => plugin.name === name && needsSettings(plugin)))
      fail(
        path,
        `the ${slot} plugin ${name} needs its own settings: ${slot}s.${name}. See: ao plugin info ${name}`,
      );
    return;
  }
  const variables = slot === 'notifier' ? variablesOf(name) : null;
  if (variables !== null)
    fail(
      path,
      `the notifier ${name} is made from ${variables}, and neither it nor an entry notifiers.${name} is there.`,
    );
  else
    fail(
      path,
      `there is no ${slot} ${name}. Known: ${[...new Set(known)].join(', ') || 'none'}.`,
      nearest(name, known),
    );
}

const needsSettings = (plugin: PluginDefinition): boolean => !plugin.config.safeParse({}).success;

const INSTANCES: Partial<Record<SlotName, 'agents' | 'runtimes' | 'workspaces' | 'notifiers'>> = {
  agent: 'agents',
  runtime: 'runtimes',
  workspace: 'workspaces',
  notifier: 'notifiers',
};

const instancesOf = (config: Config, slot: SlotName): readonly string[] => {
  const key = INSTANCES[slot];
  return key === undefined ? [] : Object.keys(config[key]);
};
