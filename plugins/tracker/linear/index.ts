import { definePlugin, loadedLate } from '../../../src/slots/plugin.ts';
import { linearConfig } from './config.ts';

export default definePlugin({
  slot: 'tracker',
  name: 'linear',
  description: 'Issues of a Linear team.',
  config: linearConfig,
  setup: {
    title: 'Linear',
    intro:
      'Linear: make a key first. Settings > Security & access > Personal API keys, with the rights to read and write issues and comments.',
    questions: [
      { key: 'token', message: 'API key (lin_api_…)', env: 'LINEAR_TOKEN', secret: true },
      { key: 'team', message: 'Key of the team (the ENG of ENG-42)', env: 'LINEAR_TEAM' },
      {
        key: 'apiUrl',
        message: "Address of Linear's API",
        env: 'LINEAR_API_URL',
        initial: 'https://api.linear.app',
      },
    ],
  },
  ...loadedLate(async () => (await import('./create.ts')).create),
});
