import { definePlugin } from '../../../src/slots/plugin.ts';
import { createGitHubClient, needProject } from '../../shared/github/client.ts';
import { githubAccessSchema } from '../../shared/github/config.ts';
import { createGitHubTracker } from './github-tracker.ts';

export default definePlugin({
  slot: 'tracker',
  name: 'github',
  description: 'Issues of a GitHub repository.',
  config: githubAccessSchema.prefault({}),
  create(config, context) {
    if (context.project === null) throw needProject('tracker');
    return createGitHubTracker(createGitHubClient(config, context, context.project), config, context, context.project);
  },
});
