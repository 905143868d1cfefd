import { definePlugin } from '../../../src/slots/plugin.ts';
import { createGitHubClient, needProject } from '../../shared/github/client.ts';
import { githubScmConfig } from './config.ts';
import { createGitHubScm } from './github-scm.ts';

export default definePlugin({
  slot: 'scm',
  name: 'github',
  description: 'Pull requests, checks, reviews and merges at GitHub.',
  config: githubScmConfig,
  create(config, context) {
    if (context.project === null) throw needProject('scm');
    return createGitHubScm(createGitHubClient(config, context, context.project), config, context, context.project);
  },
});
