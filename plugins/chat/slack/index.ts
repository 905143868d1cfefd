import { definePlugin } from '../../../src/slots/plugin.ts';
import { slackConfig } from './config.ts';
import { createSlackChat } from './slack-chat.ts';

export default definePlugin({
  slot: 'chat',
  name: 'slack',
  description: 'Slack: a thread per session, slash command, buttons, App Home',
  config: slackConfig,
  create: createSlackChat,
});
