import type { PluginContext } from '../../../src/slots/plugin.ts';
import type { ScmPlugin } from '../../../src/slots/scm.ts';
import { createGitLabClient, needProject } from '../../shared/gitlab/client.ts';
import type { GitLabScmConfig } from './config.ts';
import { createGitLabScm } from './gitlab-scm.ts';

/** Apart from the definition, so that the code is read only where GitLab is used. */
export function create(config: GitLabScmConfig, context: PluginContext): ScmPlugin {
  if (context.project === null) throw needProject('scm');
  return createGitLabScm(
    createGitLabClient(config, context, context.project),
    config,
    context,
    context.project,
  );
}
