import { definePlugin, type PluginContext } from '../../../src/slots/plugin.ts';
import { createAcpAgent } from '../../shared/acp/driver.ts';
import { type ProgramConfig, programConfig } from '../../shared/acp/program-config.ts';
import type { AcpAgentSpec } from '../../shared/acp/spec.ts';

export default definePlugin({
  slot: 'agent',
  name: 'goose',
  description: 'goose, through the Agent Client Protocol',
  config: programConfig('goose'),
  create: (config, context: PluginContext) => createAcpAgent(gooseSpec(config), context),
});

const gooseSpec = ({ command }: ProgramConfig): AcpAgentSpec => ({
  name: 'goose',
  plugin: 'goose',
  program: command,
  args: ({ args }) => ['acp', ...args],
  // Without a mode goose does everything without asking.
  env: ({ model, permissions }) => ({ GOOSE_MODE: permissions === 'permissionless' ? 'auto' : 'approve', ...(model === null ? {} : { GOOSE_MODEL: model }) }),
  permissions: {
    default: { mode: null, approve: 'nothing' },
    'auto-edit': { mode: null, approve: 'edits' },
    permissionless: { mode: null, approve: 'everything' },
  },
  auth: null,
  install: 'Install it as its documentation says.',
  login: 'Run `goose configure` and choose a provider.',
  knownVersion: null,
  versionArgs: ['--version'],
  models: [],
  modelAtStart: true,
});
