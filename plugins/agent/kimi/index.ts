import { ANSWERED_BY_AO, defineAcpAgent } from '../../shared/acp/define-acp-agent.ts';

export default defineAcpAgent({
  name: 'Kimi Code CLI',
  plugin: 'kimi',
  description: 'Kimi Code CLI by Moonshot AI, through the Agent Client Protocol',
  program: 'kimi',
  args: ({ args }) => ['acp', ...args],
  env: () => ({}),
  permissions: { ...ANSWERED_BY_AO, plan: { mode: 'plan', approve: 'nothing' } },
  auth: null,
  install: 'Install it as its documentation says.',
  login: 'Run `kimi login`.',
  tried: null,
  versionArgs: ['--version'],
  models: [],
  modelAtStart: false,
});
