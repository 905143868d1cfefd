import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { notifiersInUse } from '../../config/notification-routing.ts';
import { ownPart, partsOf } from '../../config/plugin-parts.ts';
import { projectSettings } from '../../config/project-settings.ts';
import type { Config } from '../../config/schema/config.ts';
import { systemClock } from '../../lib/clock.ts';
import { NO_INBOX } from '../../slots/inbox.ts';
import type { KeyValue, PluginContext, PluginDefinition, ProjectInfo } from '../../slots/plugin.ts';
import type { Environment } from '../data-dir.ts';

export interface Subject {
  readonly plugins: readonly PluginDefinition[];
  readonly config: Config;
  readonly env: Environment;
  now(): number;
}

export interface Instance {
  readonly area: string;
  readonly definition: PluginDefinition;
  readonly part: Readonly<Record<string, unknown>>;
  readonly project: ProjectInfo | null;
}

/** Agents, all of them, and of the other slots what the configuration uses. */
export function instances({ plugins, config }: Subject): readonly Instance[] {
  const parts = partsOf(config);
  const partFor = (definition: PluginDefinition): Readonly<Record<string, unknown>> => {
    const part = parts.find(
      (each) =>
        each.slot === definition.slot &&
        each.plugin === definition.name &&
        each.path[0] !== 'projects',
    );
    return part === undefined ? {} : ownPart(part);
  };
  const used = usedNames(config);
  const notifiers = notifiersInUse(config).flatMap((name) =>
    notifierInstance(name, { plugins, config }),
  );
  const general = plugins
    .filter((plugin) => plugin.slot !== 'notifier')
    .filter((plugin) => plugin.slot === 'agent' || used.has(`${plugin.slot}/${plugin.name}`))
    .map((definition) => ({
      area: `${definition.slot} ${definition.name}`,
      definition,
      part: partFor(definition),
      project: null,
    }));
  const perProject = parts.flatMap((part) => {
    const id = part.path[0] === 'projects' ? String(part.path[1]) : null;
    const definition = plugins.find(
      (plugin) => plugin.slot === part.slot && plugin.name === part.plugin,
    );
    if (id === null || definition === undefined) return [];
    return [
      {
        area: `${part.slot} of ${id}`,
        definition,
        part: ownPart(part),
        project: projectInfo(config, id),
      },
    ];
  });
  return [...general, ...notifiers, ...perProject];
}

/** Each configured notifier by its own name: two of one plugin are two. */
export function notifierInstance(
  name: string,
  { plugins, config }: Pick<Subject, 'plugins' | 'config'>,
): readonly Instance[] {
  const { plugin = name, ...part } = config.notifiers[name] ?? {};
  const definition = plugins.find(
    (candidate) => candidate.slot === 'notifier' && candidate.name === plugin,
  );
  return definition === undefined
    ? []
    : [{ area: `notifier ${name}`, definition, part, project: null }];
}

function usedNames(config: Config): ReadonlySet<string> {
  const settings = Object.keys(config.projects).map((id) => projectSettings(config, id));
  const named = partsOf(config).filter((part) => part.path[0] !== 'projects');
  return new Set([
    'chat/web',
    `runtime/${config.defaults.runtime}`,
    `workspace/${config.defaults.workspace}`,
    ...settings.flatMap((project) => [
      `runtime/${project.runtime}`,
      `workspace/${project.workspace}`,
    ]),
    ...named.map((part) => `${part.slot}/${part.plugin}`),
  ]);
}

function projectInfo(config: Config, id: string): ProjectInfo {
  const { path: repo, defaultBranch, checks } = projectSettings(config, id);
  return {
    id,
    repo,
    defaultBranch: defaultBranch ?? 'main',
    checks: checks.map(({ name, run, timeout, required }) => ({
      name,
      run,
      timeoutMs: timeout,
      required,
    })),
  };
}

export function contextOf(instance: Instance, env: Environment, scratch: string): PluginContext {
  return {
    id:
      instance.project === null
        ? instance.definition.name
        : `${instance.definition.name}:${instance.project.id}`,
    clock: systemClock,
    logger: silent,
    dataDir: mkdtempSync(path.join(scratch, 'plugin-')),
    kv: forgetful(),
    inbox: NO_INBOX,
    shared: (_key, make) => make(),
    env: Object.fromEntries(
      Object.entries(env).filter(
        (pair): pair is [string, string] => pair[1] !== undefined && !pair[0].startsWith('AO_'),
      ),
    ),
    project: instance.project,
  };
}

function forgetful(): KeyValue {
  const values = new Map<string, unknown>();
  return {
    get: (key) => values.get(key),
    set: (key, value) => void values.set(key, value),
    delete: (key) => void values.delete(key),
    list: (prefix) =>
      [...values].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1)),
  };
}

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
