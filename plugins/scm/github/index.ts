import { definePlugin, loadedLate } from '../../../src/slots/plugin.ts';
import { githubScmConfig } from './config.ts';

export default definePlugin({
  slot: 'scm',
  name: 'github',
  description: 'Pull requests, checks, reviews and merges at GitHub.',
  config: githubScmConfig,
  ...loadedLate(async () => (await import('./create.ts')).create),
});
