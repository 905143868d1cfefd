import { definePlugin } from '../../../src/slots/plugin.ts';
import { discordConfig } from './config.ts';
import { createDiscordChat } from './discord-chat.ts';

export default definePlugin({
  slot: 'chat',
  name: 'discord',
  description: 'Discord: /ao with completion, one thread or forum post per session.',
  config: discordConfig,
  create: createDiscordChat,
});
