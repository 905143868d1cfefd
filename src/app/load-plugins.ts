import { projectSettings } from '../config/project-settings.ts';
import type { Config } from '../config/schema/config.ts';
import type { PluginDefinition } from '../slots/plugin.ts';

/** Reads the code of the chat platforms and forges that are configured; needed before an app is created with them. */
export async function loadPlugins(
  definitions: readonly PluginDefinition[],
  config: Config,
): Promise<void> {
  const projects = Object.keys(config.projects).map((id) => projectSettings(config, id));
  const used = {
    chat: new Set(Object.keys(config.chat)),
    scm: new Set(projects.map((project) => project.scmPlugin)),
    tracker: new Set(projects.map((project) => project.trackerPlugin)),
  };
  const wanted = definitions.filter(
    ({ slot, name }) => slot in used && used[slot as keyof typeof used].has(name),
  );
  await Promise.all(wanted.map((definition) => definition.load?.()));
}
