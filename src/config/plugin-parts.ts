import { nearest } from '../lib/nearest.ts';
import type { PluginDefinition, SlotName } from '../slots/plugin.ts';
import type { ConfigError, KeyPath } from './config-error.ts';
import type { Config } from './schema/config.ts';
import { schemaErrors } from './schema-errors.ts';
import type { SourceDocument } from './source-document.ts';

interface Part {
  readonly slot: SlotName;
  readonly plugin: string;
  readonly path: KeyPath;
  /** Keys that are ao's own, not the plugin's. */
  readonly own: readonly string[];
  readonly value: Readonly<Record<string, unknown>>;
}

const named = (
  slot: SlotName,
  key: string,
  parts: Readonly<Record<string, { plugin?: string | undefined }>>,
  own: readonly string[] = [],
): Part[] =>
  Object.entries(parts).map(([name, value]) => ({
    slot,
    plugin: value.plugin ?? name,
    path: [key, name],
    own: ['plugin', ...own],
    value,
  }));

/** Read by ao, whatever the tracker is. */
const TRACKER_KEYS = ['assign', 'labels', 'comment'] as const;

/** Every part that belongs to a plugin, with the plugin it belongs to. */
export function partsOf(config: Config): readonly Part[] {
  const perProject = Object.entries(config.projects).flatMap(([id, project]): Part[] => [
    {
      slot: 'tracker',
      plugin: project.tracker.plugin ?? config.defaults.tracker,
      path: ['projects', id, 'tracker'],
      own: ['plugin', ...TRACKER_KEYS],
      value: project.tracker,
    },
    {
      slot: 'scm',
      plugin: project.scm.plugin ?? config.defaults.scm,
      path: ['projects', id, 'scm'],
      own: ['plugin', 'webhook'],
      value: project.scm,
    },
  ]);
  return [
    ...named('chat', 'chat', config.chat, ['enabled']),
    ...named('agent', 'agents', config.agents),
    ...named('runtime', 'runtimes', config.runtimes),
    ...named('workspace', 'workspaces', config.workspaces),
    ...named('notifier', 'notifiers', config.notifiers),
    ...perProject,
  ];
}

/** The plugin's own keys of a part. */
export const ownPart = (part: Pick<Part, 'own' | 'value'>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(part.value).filter(([key]) => !part.own.includes(key)));

export function pluginParts(
  config: Config,
  document: SourceDocument,
  plugins: readonly PluginDefinition[],
): readonly ConfigError[] {
  return partsOf(config).flatMap((part) => {
    const known = plugins.filter((plugin) => plugin.slot === part.slot);
    const definition = known.find((plugin) => plugin.name === part.plugin);
    if (definition === undefined) {
      const names = known.map((plugin) => plugin.name);
      const message = `there is no ${part.slot} plugin ${part.plugin}. Known: ${names.join(', ') || 'none'}.`;
      return [document.error(part.path, message, { nearest: nearest(part.plugin, names) })];
    }
    const parsed = definition.config.safeParse(ownPart(part), { reportInput: true });
    return parsed.success
      ? []
      : schemaErrors(parsed.error.issues, definition.config, document, part.path);
  });
}
