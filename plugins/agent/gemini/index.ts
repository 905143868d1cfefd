import { ANSWERED_BY_AO, defineAcpAgent } from '../../shared/acp/define-acp-agent.ts';
import { TRIED } from '../../shared/program/tried-versions.ts';

const APPROVAL = {
  default: 'default',
  plan: 'plan',
  'auto-edit': 'auto_edit',
  permissionless: 'yolo',
} as const;

export default defineAcpAgent({
  name: 'Gemini CLI',
  plugin: 'gemini',
  description: 'Gemini CLI by Google, through the Agent Client Protocol',
  program: 'gemini',
  // The worktree is one of a repository the person gave to ao: asked about trust, it would wait for a key.
  args: ({ model, permissions, args }) => [
    '--acp',
    '--skip-trust',
    '--approval-mode',
    APPROVAL[permissions],
    ...(model === null ? [] : ['--model', model]),
    ...args,
  ],
  env: () => ({}),
  permissions: {
    ...ANSWERED_BY_AO,
    // Said twice: a client that took over its approval mode must not be the reason why a plan becomes an edit.
    plan: { mode: 'plan', approve: 'nothing' },
  },
  auth: null,
  install: 'Install it: npm install -g @google/gemini-cli.',
  login: 'Run `gemini` once and log in, or set GEMINI_API_KEY.',
  tried: TRIED.gemini,
  versionArgs: ['--version'],
  models: ['auto', 'pro', 'flash', 'flash-lite'],
  modelAtStart: true,
});
