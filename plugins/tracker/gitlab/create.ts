import type { PluginContext } from '../../../src/slots/plugin.ts';
import type { TrackerPlugin } from '../../../src/slots/tracker.ts';
import { createGitLabClient, needProject } from '../../shared/gitlab/client.ts';
import type { GitLabAccess } from '../../shared/gitlab/config.ts';
import { createGitLabTracker } from './gitlab-tracker.ts';

/** Apart from the definition, so that the code is read only where GitLab is used. */
export function create(config: GitLabAccess, context: PluginContext): TrackerPlugin {
  if (context.project === null) throw needProject('tracker');
  return createGitLabTracker(
    createGitLabClient(config, context, context.project),
    config,
    context.project,
    context.clock,
  );
}
