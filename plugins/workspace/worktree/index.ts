import { definePlugin } from '../../../src/slots/plugin.ts';
import { worktreeConfig } from './config.ts';
import { createWorktreeWorkspace } from './worktree-workspace.ts';

export default definePlugin({
  slot: 'workspace',
  name: 'worktree',
  description: 'A git worktree and branch per session; snapshots before removal.',
  config: worktreeConfig,
  create: createWorktreeWorkspace,
});
