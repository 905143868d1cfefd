import type { BotModule } from './cli/bot-module.ts';

// Replaced by the composition root when the parts are joined.
export const bot: BotModule = {
  plugins: [],
  start: () => Promise.reject(new Error('this build has no bot')),
};
