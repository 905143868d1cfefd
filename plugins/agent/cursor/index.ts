import { definePlugin, type PluginContext } from '../../../src/slots/plugin.ts';
import { createAcpAgent } from '../../shared/acp/driver.ts';
import { type ProgramConfig, programConfig } from '../../shared/acp/program-config.ts';
import type { AcpAgentSpec } from '../../shared/acp/spec.ts';

export default definePlugin({
  slot: 'agent',
  name: 'cursor',
  description: 'Cursor CLI, through the Agent Client Protocol',
  config: programConfig('cursor-agent'),
  create: (config, context: PluginContext) => createAcpAgent(cursorSpec(config), context),
});

const cursorSpec = ({ command }: ProgramConfig): AcpAgentSpec => ({
  name: 'Cursor CLI',
  plugin: 'cursor',
  program: command,
  // Options of the program stand before its command.
  args: ({ model, args }) => [...(model === null ? [] : ['--model', model]), ...args, 'acp'],
  env: () => ({}),
  permissions: {
    default: { mode: 'agent', approve: 'nothing' },
    plan: { mode: 'plan', approve: 'nothing' },
    'auto-edit': { mode: 'agent', approve: 'edits' },
    permissionless: { mode: 'agent', approve: 'everything' },
  },
  auth: 'cursor_login',
  install: 'Install it: curl https://cursor.com/install -fsS | bash.',
  login: 'Run `cursor-agent login`, or set CURSOR_API_KEY.',
  knownVersion: null,
  versionArgs: ['--version'],
  models: [],
  modelAtStart: true,
});
