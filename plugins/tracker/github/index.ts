import { definePlugin, loadedLate } from '../../../src/slots/plugin.ts';
import { githubAccessSchema } from '../../shared/github/config.ts';

export default definePlugin({
  slot: 'tracker',
  name: 'github',
  description: 'Issues of a GitHub repository.',
  config: githubAccessSchema.prefault({}),
  ...loadedLate(async () => (await import('./create.ts')).create),
});
