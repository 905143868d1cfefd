import { definePlugin, loadedLate } from '../../../src/slots/plugin.ts';
import { gitlabSetup } from '../../shared/gitlab/setup.ts';
import { gitlabScmConfig } from './config.ts';

export default definePlugin({
  slot: 'scm',
  name: 'gitlab',
  description: 'Merge requests, pipelines, reviews and merges at GitLab.',
  config: gitlabScmConfig,
  setup: gitlabSetup,
  ...loadedLate(async () => (await import('./create.ts')).create),
});
