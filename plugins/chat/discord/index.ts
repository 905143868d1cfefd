import { definePlugin, loadedLate } from '../../../src/slots/plugin.ts';
import { discordConfig } from './config.ts';

export default definePlugin({
  slot: 'chat',
  name: 'discord',
  description: 'Discord: /ao with completion, one thread or forum post per session.',
  config: discordConfig,
  ...loadedLate(async () => (await import('./discord-chat.ts')).createDiscordChat),
});
