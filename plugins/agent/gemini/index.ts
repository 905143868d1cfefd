import { definePlugin, type PluginContext } from '../../../src/slots/plugin.ts';
import { createAcpAgent } from '../../shared/acp/driver.ts';
import { type ProgramConfig, programConfig } from '../../shared/acp/program-config.ts';
import type { AcpAgentSpec } from '../../shared/acp/spec.ts';

export default definePlugin({
  slot: 'agent',
  name: 'gemini',
  description: 'Gemini CLI by Google, through the Agent Client Protocol',
  config: programConfig('gemini'),
  create: (config, context: PluginContext) => createAcpAgent(geminiSpec(config), context),
});

const APPROVAL = { default: 'default', plan: 'plan', 'auto-edit': 'auto_edit', permissionless: 'yolo' } as const;

const geminiSpec = ({ command }: ProgramConfig): AcpAgentSpec => ({
  name: 'Gemini CLI',
  plugin: 'gemini',
  program: command,
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
    default: { mode: null, approve: 'nothing' },
    // Said twice: a client that took over its approval mode must not be the reason why a plan becomes an edit.
    plan: { mode: 'plan', approve: 'nothing' },
    'auto-edit': { mode: null, approve: 'edits' },
    permissionless: { mode: null, approve: 'everything' },
  },
  auth: null,
  install: 'Install it: npm install -g @google/gemini-cli.',
  login: 'Run `gemini` once and log in, or set GEMINI_API_KEY.',
  knownVersion: '0.61.0',
  versionArgs: ['--version'],
  models: ['auto', 'pro', 'flash', 'flash-lite'],
  modelAtStart: true,
});
