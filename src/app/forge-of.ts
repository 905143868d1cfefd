import { projectSettings } from '../config/project-settings.ts';
import type { Config } from '../config/schema/config.ts';

/** Where the logins of a project's people are, e.g. `github` or `github at ghe.acme.test`; null: its scm keeps people by their chat. */
export function forgeOf(config: Config, project: string): string | null {
  const { scmPlugin, scm } = projectSettings(config, project);
  if (scmPlugin === 'local') return null;
  const { baseUrl } = scm as { baseUrl?: unknown };
  return typeof baseUrl === 'string' && URL.canParse(baseUrl)
    ? `${scmPlugin} at ${new URL(baseUrl).host}`
    : scmPlugin;
}
