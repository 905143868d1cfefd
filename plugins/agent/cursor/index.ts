import { defineAcpAgent } from '../../shared/acp/define-acp-agent.ts';

export default defineAcpAgent({
  name: 'Cursor CLI',
  plugin: 'cursor',
  description: 'Cursor CLI, through the Agent Client Protocol',
  program: 'cursor-agent',
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
  tried: null,
  versionArgs: ['--version'],
  models: [],
  modelAtStart: true,
});
