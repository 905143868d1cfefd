import { rejected } from '../../../src/slots/errors.ts';
import type { PluginContext } from '../../../src/slots/plugin.ts';
import type { TrackerPlugin } from '../../../src/slots/tracker.ts';
import { createJiraClient } from './client.ts';
import type { JiraConfig } from './config.ts';
import { createJiraTracker } from './jira-tracker.ts';

/** Apart from the definition, so that the code is read only where Jira is used. */
export function create(config: JiraConfig, context: PluginContext): TrackerPlugin {
  if (context.project === null)
    throw rejected(
      'AO_JIRA_NO_PROJECT',
      'The Jira tracker works for one project; it was started without any.',
    );
  return createJiraTracker(createJiraClient(config, context), config);
}
