import { definePlugin, loadedLate } from '../../../src/slots/plugin.ts';
import { gitlabAccessSchema } from '../../shared/gitlab/config.ts';
import { gitlabSetup } from '../../shared/gitlab/setup.ts';

export default definePlugin({
  slot: 'tracker',
  name: 'gitlab',
  description: 'Issues of a GitLab project.',
  config: gitlabAccessSchema,
  setup: gitlabSetup,
  ...loadedLate(async () => (await import('./create.ts')).create),
});
