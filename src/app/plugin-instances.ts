import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { configuredPrices } from '../config/configured-prices.ts';
import { notifierNames } from '../config/notification-routing.ts';
import { projectSettings } from '../config/project-settings.ts';
import type { Config } from '../config/schema/config.ts';
import { priceTable } from '../domain/money/pricing.ts';
import type { Clock } from '../lib/clock.ts';
import type { Plugins, Project } from '../lifecycle/plugins.ts';
import type { ChatPlugin } from '../slots/chat.ts';
import { notFound } from '../slots/errors.ts';
import type { Inbox } from '../slots/inbox.ts';
import type {
  ForgeInfo,
  KeyValue,
  Logger,
  PluginContext,
  PluginDefinition,
  ProjectInfo,
  SlotName,
  SlotPlugins,
} from '../slots/plugin.ts';
import { chatNames } from './chat-channels.ts';
import { createPlaces } from './session-places.ts';

export interface InstanceParts {
  readonly config: Config;
  /** The configuration that is in force now: routes may change while plugins stay. */
  readonly current: () => Config;
  readonly definitions: readonly PluginDefinition[];
  readonly projects: readonly Project[];
  readonly kvOf: (namespace: string) => KeyValue;
  readonly inboxOf: (platform: string) => Inbox;
  readonly dataDir: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly env: Readonly<Record<string, string>>;
  /** Names of runtimes that sessions live in, and of what sessions of a project were made with. */
  readonly runtimesInUse: () => readonly string[];
  readonly workspacesInUse: (project: string) => readonly string[];
}

export interface PluginInstances extends Plugins {
  /** Chat platforms besides the web chat. */
  chats(): readonly ChatPlugin[];
  /** Names of agents that can be asked for. */
  agentNames(): readonly string[];
  /** Those of them whose program is there; those the configuration names come first. */
  installedAgents(): Promise<readonly string[]>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Builds every configured plugin once, does no I/O. Settings of an instance are checked by its own schema. */
export function createPluginInstances(parts: InstanceParts): PluginInstances {
  const { config, projects } = parts;
  const made = new Map<string, unknown>();
  const sharedValues = new Map<string, unknown>();
  const shared = <T>(key: string, make: () => T): T => {
    if (!sharedValues.has(key)) sharedValues.set(key, make());
    return sharedValues.get(key) as T;
  };
  const prices = priceTable(configuredPrices(config));

  const build = <S extends SlotName>(
    slot: S,
    plugin: string,
    instance: string,
    settings: unknown,
    project: ProjectInfo | null,
  ): SlotPlugins[S] => {
    const key = `${slot} ${instance}`;
    const known = made.get(key);
    if (known !== undefined) return known as SlotPlugins[S];
    const definition = parts.definitions.find(
      (candidate) => candidate.slot === slot && candidate.name === plugin,
    );
    if (definition === undefined)
      throw notFound('AO_PLUGIN_UNKNOWN', `There is no ${slot} plugin "${plugin}".`);
    const built = definition.create(
      definition.config.parse(settings),
      contextOf(slot, instance, project),
    );
    made.set(key, built);
    return built as SlotPlugins[S];
  };

  const contextOf = (
    slot: string,
    instance: string,
    project: ProjectInfo | null,
  ): PluginContext => {
    const dataDir = join(parts.dataDir, 'plugins', slot, instance.replaceAll(/[^a-z0-9-]/gi, '-'));
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    return {
      id: instance,
      clock: parts.clock,
      logger: parts.logger,
      dataDir,
      kv: parts.kvOf(`${slot}:${instance}`),
      inbox: parts.inboxOf(instance),
      env: parts.env,
      shared,
      project,
      prices,
      git: { stateDir: join(parts.dataDir, 'git'), filters: config.git.filters },
    };
  };

  const named = <S extends 'agent' | 'runtime' | 'workspace' | 'notifier'>(
    slot: S,
    table: Readonly<Record<string, { plugin?: string | undefined }>>,
    name: string,
  ): SlotPlugins[S] => {
    const { plugin, ...settings } = table[name] ?? {};
    return build(slot, plugin ?? name, name, settings, null);
  };

  const projectOf = (id: string): Project => {
    const project = projects.find((candidate) => candidate.id === id);
    if (project === undefined)
      throw notFound('AO_PROJECT_UNKNOWN', `The project ${id} is no longer in the configuration.`);
    return project;
  };

  const infoOf = (project: Project): ProjectInfo => ({
    id: project.id,
    repo: project.repo,
    defaultBranch: project.defaultBranch,
    checks: (config.projects[project.id]?.checks ?? []).map(({ name, run, timeout, required }) => ({
      name,
      run,
      timeoutMs: timeout,
      required,
    })),
    forge: forgeOf(projectSettings(config, project.id)),
  });

  const forProject = <S extends 'tracker' | 'scm'>(slot: S, id: string): SlotPlugins[S] => {
    const project = projectOf(id);
    const settings = projectSettings(config, id);
    const { plugin: _plugin, ...own } =
      slot === 'scm' ? withoutWebhook(settings.scm) : withoutPolicy(settings.tracker);
    return build(
      slot,
      slot === 'scm' ? settings.scmPlugin : settings.trackerPlugin,
      `${id}`,
      own,
      infoOf(project),
    );
  };

  const places = createPlaces({
    ...parts,
    runtime: (name) => named('runtime', config.runtimes, name),
    workspace: (name) => named('workspace', config.workspaces, name),
  });

  const instances: PluginInstances = {
    ...places,
    project: projectOf,
    projects: () => projects,
    agent: (name) => named('agent', config.agents, name),
    scm: (project) => forProject('scm', project),
    tracker: (project) => forProject('tracker', project),
    notifierNames: (project, priority) => notifierNames(parts.current(), project, priority),
    notifier: (name) => named('notifier', config.notifiers, name),
    chats: () =>
      chatNames(config).map((name) => {
        const { plugin, enabled: _enabled, ...settings } = config.chat[name] ?? {};
        return build('chat', plugin ?? name, name, settings, null);
      }),
    agentNames: () => [
      ...new Set([
        ...Object.keys(config.agents),
        // One that can't be used without settings has no name of its own until somebody gives it some.
        ...parts.definitions
          .filter(
            (definition) => definition.slot === 'agent' && definition.config.safeParse({}).success,
          )
          .map((definition) => definition.name),
      ]),
    ],
    async installedAgents() {
      const names = instances.agentNames();
      const found = await Promise.all(
        names.map((name) => isInstalled(instances, name, parts.logger)),
      );
      return names.filter((_name, place) => found[place]);
    },
    async start() {
      await places.start();
      for (const project of projects) await instances.scm(project.id).start();
    },
    async stop() {
      for (const project of projects) await instances.scm(project.id).stop();
      await places.stop();
    },
  };

  return instances;
}

/** Whether it can be offered; one that can't say can't. */
async function isInstalled(instances: Plugins, name: string, logger: Logger): Promise<boolean> {
  try {
    const agent = instances.agent(name);
    return agent.isDemo !== true && (await agent.detect()).found;
  } catch (error) {
    logger.debug({ agent: name, err: error }, 'an agent could not be looked for');
    return false;
  }
}

const forgeOf = (settings: ReturnType<typeof projectSettings>): ForgeInfo => ({
  repository: settings.repo ?? null,
  webhookSecret: settings.scm.webhook?.secret ?? null,
  botAuthors: settings.botAuthors,
});

/** What ao itself reads of the tracker's part. */
const withoutPolicy = <T extends { assign?: unknown; labels?: unknown; comment?: unknown }>(
  tracker: T,
): Omit<T, 'assign' | 'labels' | 'comment'> => {
  const { assign: _assign, labels: _labels, comment: _comment, ...rest } = tracker;
  return rest;
};

const withoutWebhook = <T extends { webhook?: unknown }>(scm: T): Omit<T, 'webhook'> => {
  const { webhook: _webhook, ...rest } = scm;
  return rest;
};
