import { nearest } from '../lib/nearest.ts';
import type { PluginDefinition } from '../slots/plugin.ts';
import type { ConfigError, Fail, KeyPath } from './config-error.ts';
import { namesExist } from './plugin-names.ts';
import { pluginParts } from './plugin-parts.ts';
import { derivedPrefix } from './project-settings.ts';
import { reactionsMakeSense } from './reaction-rules.ts';
import type { Config } from './schema/config.ts';
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
