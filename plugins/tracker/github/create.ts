import type { PluginContext } from '../../../src/slots/plugin.ts';
import type { TrackerPlugin } from '../../../src/slots/tracker.ts';
import { createGitHubClient, needProject } from '../../shared/github/client.ts';
import type { GitHubAccess } from '../../shared/github/config.ts';
import { createGitHubTracker } from './github-tracker.ts';

/** Apart from the definition, so that Octokit is read only where GitHub is used. */
export function create(config: GitHubAccess, context: PluginContext): TrackerPlugin {
  if (context.project === null) throw needProject('tracker');
  return createGitHubTracker(
    createGitHubClient(config, context, context.project),
    config,
    context,
    context.project,
  );
}
