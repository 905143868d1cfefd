import { definePlugin, type PluginContext } from '../../../src/slots/plugin.ts';
import { createAcpAgent } from '../../shared/acp/driver.ts';
import { type ProgramConfig, programConfig } from '../../shared/acp/program-config.ts';
import type { AcpAgentSpec } from '../../shared/acp/spec.ts';

export default definePlugin({
  slot: 'agent',
  name: 'kimi',
  description: 'Kimi Code CLI by Moonshot AI, through the Agent Client Protocol',
  config: programConfig('kimi'),
  create: (config, context: PluginContext) => createAcpAgent(kimiSpec(config), context),
});

const kimiSpec = ({ command }: ProgramConfig): AcpAgentSpec => ({
  name: 'Kimi Code CLI',
  plugin: 'kimi',
  program: command,
  args: ({ args }) => ['acp', ...args],
  env: () => ({}),
  permissions: {
    default: { mode: null, approve: 'nothing' },
    plan: { mode: 'plan', approve: 'nothing' },
    'auto-edit': { mode: null, approve: 'edits' },
    permissionless: { mode: null, approve: 'everything' },
  },
  auth: null,
  install: 'Install it as its documentation says.',
  login: 'Run `kimi login`.',
  knownVersion: null,
  versionArgs: ['--version'],
  models: [],
  modelAtStart: false,
});
