import type { Config } from '../config/schema/config.ts';

/** Keys of a project that are asked for each time they count. */
const READ_WHEN_USED = {
  reactions: null,
  merge: null,
  budget: null,
  verbosity: null,
  quietHours: null,
  notifiers: null,
  notificationRouting: null,
  trigger: null,
};

/** Parts of the configuration that are built in at start, where they differ. */
export function needsRestart(before: Config, after: Config): readonly string[] {
  const then = new Map(builtIn(before).map(([name, value]) => [name, JSON.stringify(value)]));
  return builtIn(after)
    .filter(([name, value]) => then.get(name) !== JSON.stringify(value))
    .map(([name]) => name);
}

const builtIn = (config: Config): ReadonlyArray<readonly [string, unknown]> => [
  ['host and port', [config.host, config.port, config.publicUrl]],
  ['auth', config.auth],
  ['dataDir', config.dataDir],
  ['agents, runtimes, workspaces', [config.agents, config.runtimes, config.workspaces]],
  ['git', config.git],
  ['plugins', config.plugins],
  ['chat', config.chat],
  ['notifiers', config.notifiers],
  ['prices', config.prices],
  [
    'projects',
    Object.entries(config.projects).map(([id, project]) => [id, { ...project, ...READ_WHEN_USED }]),
  ],
  ['defaults', { ...config.defaults, verbosity: null, permissions: null }],
];
