import { definePlugin } from '../../../src/slots/plugin.ts';
import { tmuxConfig } from '../../shared/tmux/config.ts';
import { createTmuxRuntime } from '../../shared/tmux/tmux-runtime.ts';

export default definePlugin({
  slot: 'runtime',
  name: 'tmux',
  description: 'Agents in a private tmux server; people can attach to them.',
  config: tmuxConfig,
  create: createTmuxRuntime,
});
