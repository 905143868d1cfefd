import type { PluginContext } from '../../../src/slots/plugin.ts';
import type { ScmPlugin } from '../../../src/slots/scm.ts';
import { createGitHubClient, needProject } from '../../shared/github/client.ts';
import type { GitHubScmConfig } from './config.ts';
import { createGitHubScm } from './github-scm.ts';

/** Apart from the definition, so that Octokit is read only where GitHub is used. */
export function create(config: GitHubScmConfig, context: PluginContext): ScmPlugin {
  if (context.project === null) throw needProject('scm');
  return createGitHubScm(
    createGitHubClient(config, context, context.project),
    config,
    context,
    context.project,
  );
}
