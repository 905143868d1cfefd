import { ANSWERED_BY_AO, defineAcpAgent } from '../../shared/acp/define-acp-agent.ts';

export default defineAcpAgent({
  name: 'goose',
  plugin: 'goose',
  description: 'goose, through the Agent Client Protocol',
  program: 'goose',
  args: ({ args }) => ['acp', ...args],
  // Without a mode goose does everything without asking.
  env: ({ model, permissions }) => ({
    GOOSE_MODE: permissions === 'permissionless' ? 'auto' : 'approve',
    ...(model === null ? {} : { GOOSE_MODEL: model }),
  }),
  permissions: ANSWERED_BY_AO,
  auth: null,
  install: 'Install it as its documentation says.',
  login: 'Run `goose configure` and choose a provider.',
  tried: null,
  versionArgs: ['--version'],
  models: [],
  modelAtStart: true,
});
