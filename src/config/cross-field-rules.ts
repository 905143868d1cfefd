import { REACTION_DEFAULTS } from '../domain/reactions/reaction-defaults.ts';
import { EVENT_TYPES } from '../domain/session/event-types.ts';
import { nearest } from '../lib/nearest.ts';
import type { PluginDefinition, SlotName } from '../slots/plugin.ts';
import { conditionError } from './compile-condition.ts';
import type { ConfigError, Fail, KeyPath } from './config-error.ts';
import { namesExist } from './plugin-names.ts';
import { derivedPrefix } from './project-settings.ts';
import { templateError } from './render-template.ts';
import type { Config } from './schema/config.ts';
import type { ReactionOverride } from './schema/reactions.ts';
import { schemaErrors } from './schema-errors.ts';
import type { SourceDocument } from './source-document.ts';

/** Rules that need more than one key: names that must exist, prefixes that must differ, parts that belong to plugins. `plugins` null: not all are known, and what is about their names is left out. */
export function crossFieldErrors(
  config: Config,
  document: SourceDocument,
  plugins: readonly PluginDefinition[] | null,
): readonly ConfigError[] {
  const errors: ConfigError[] = [];
  const fail: Fail = (path, message, meant = null) =>
    errors.push(document.error(path, message, { nearest: meant }));
  uniquePrefixes(config, fail);
  uniqueChannels(config, fail);
  platformsExist(config, fail);
  logins(config, fail);
  reactionsMakeSense(config, fail);
  if (plugins !== null) {
    namesExist(config, plugins, fail);
    errors.push(...pluginParts(config, document, plugins));
  }
  return errors;
}

function uniquePrefixes(config: Config, fail: Fail): void {
  const owners = new Map<string, string>();
  for (const [id, project] of Object.entries(config.projects)) {
    const prefix = project.sessionPrefix ?? derivedPrefix(id);
    const owner = owners.get(prefix);
    if (owner !== undefined)
      fail(
        ['projects', id, 'sessionPrefix'],
        `the prefix ${prefix} is also that of project ${owner}. Give one of them another sessionPrefix.`,
      );
    owners.set(prefix, id);
  }
}

/** A rule that nobody could ever meet is a mistake of the file. */
function logins(config: Config, fail: Fail): void {
  for (const [id, project] of Object.entries(config.projects)) {
    if (
      project.merge.requireWrite === true &&
      (project.scm.plugin ?? config.defaults.scm) === 'local'
    )
      fail(
        ['projects', id, 'merge', 'requireWrite'],
        'the local scm knows no logins, so nobody could approve. Leave it out, or use a forge.',
      );
  }
}

function uniqueChannels(config: Config, fail: Fail): void {
  const owners = new Map<string, string>();
  for (const [id, project] of Object.entries(config.projects)) {
    project.channels.forEach((channel, index) => {
      const owner = owners.get(channel);
      if (owner !== undefined && owner !== id)
        fail(
          ['projects', id, 'channels', index],
          `the channel ${channel} is already bound to project ${owner}.`,
        );
      owners.set(channel, id);
    });
  }
}

/** A thread's platform is the name of its entry, so an entry is named as its plugin; and what is posted to must be there. */
function platformsExist(config: Config, fail: Fail): void {
  const known = [...Object.keys(config.chat), 'web'];
  for (const [name, { plugin }] of Object.entries(config.chat))
    if (plugin !== undefined && plugin !== name)
      fail(['chat', name, 'plugin'], `a chat is named as its plugin. Name this entry ${plugin}.`);
  const check = (channel: string, path: KeyPath): void => {
    const platform = channel.includes(':') ? (channel.split(':')[0] ?? '') : 'web';
    if (!known.includes(platform))
      fail(
        path,
        `${channel} is a channel of ${platform}, and there is no chat.${platform}.`,
        nearest(platform, known),
      );
  };
  config.digest.channels.forEach((channel, index) => {
    check(channel, ['digest', 'channels', index]);
  });
  for (const [id, project] of Object.entries(config.projects))
    project.channels.forEach((channel, index) => {
      check(channel, ['projects', id, 'channels', index]);
    });
}

function reactionsMakeSense(config: Config, fail: Fail): void {
  const places: Array<readonly [KeyPath, Record<string, ReactionOverride>]> = [
    [['reactions'], config.reactions],
    ...Object.entries(config.projects).map(
      ([id, project]) => [['projects', id, 'reactions'], project.reactions] as const,
    ),
  ];
  for (const [path, reactions] of places) {
    for (const [key, reaction] of Object.entries(reactions)) {
      const inherited = path.length > 1 ? config.reactions[key] : undefined;
      checkReaction([...path, key], key, { ...inherited, ...reaction }, fail);
    }
  }
}

function checkReaction(path: KeyPath, key: string, reaction: ReactionOverride, fail: Fail): void {
  const broken = reaction.message === undefined ? null : templateError(reaction.message);
  if (broken !== null) fail([...path, 'message'], `this is not a valid template: ${broken}.`);
  if (REACTION_DEFAULTS[key] === undefined) checkOwnReaction(path, key, reaction, fail);
  else {
    for (const name of ['on', 'condition'] as const) {
      if (reaction[name] !== undefined)
        fail(
          [...path, name],
          `${key} is built in and has its own condition; ${name} belongs to a reaction with a name of yours.`,
        );
    }
  }
}

function checkOwnReaction(
  path: KeyPath,
  key: string,
  reaction: ReactionOverride,
  fail: Fail,
): void {
  if (reaction.on === undefined && reaction.condition === undefined) {
    fail(
      path,
      "this isn't a built-in reaction, and it has neither on (an event) nor condition (an expression).",
      nearest(key, Object.keys(REACTION_DEFAULTS)),
    );
  }
  if (reaction.on !== undefined && !EVENT_TYPES.includes(reaction.on))
    fail(
      [...path, 'on'],
      `there is no event ${reaction.on}. docs/config.md lists them.`,
      nearest(reaction.on, EVENT_TYPES),
    );
  if (reaction.action === undefined) fail(path, 'needs action.');
  if (reaction.action !== 'none' && reaction.message === undefined) fail(path, 'needs message.');
  const broken = reaction.condition === undefined ? null : conditionError(reaction.condition);
  if (broken !== null) fail([...path, 'condition'], `this is not a valid expression: ${broken}.`);
}

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

function pluginParts(
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
