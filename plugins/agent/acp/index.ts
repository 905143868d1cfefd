import { basename } from 'node:path';
import type { AgentPlugin } from '../../../src/slots/agent.ts';
import { definePlugin, type PluginContext } from '../../../src/slots/plugin.ts';
import { createAcpAgent } from '../../shared/acp/driver.ts';
import type { AcpAgentSpec } from '../../shared/acp/spec.ts';
import { type AcpConfig, configSchema } from './config.ts';

export default definePlugin({
  slot: 'agent',
  name: 'acp',
  description: 'Any agent that speaks the Agent Client Protocol',
  config: configSchema,
  create: createGenericAcpAgent,
});

export function createGenericAcpAgent(config: AcpConfig, context: PluginContext): AgentPlugin {
  return createAcpAgent(specOf(config), context);
}

function specOf({ command, name, env, modes, modelOption, auth, models }: AcpConfig): AcpAgentSpec {
  const [program = '', ...args] = command;
  const shown = name ?? basename(program);
  return {
    name: shown,
    plugin: 'acp',
    program,
    args: (session) => [
      ...args,
      ...(modelOption === undefined || session.model === null ? [] : [modelOption, session.model]),
      ...session.args,
    ],
    env: () => env,
    permissions: {
      default: { mode: modes.default ?? null, approve: 'nothing' },
      // An agent that only promises to plan could still edit: without a mode of its own there is no plan mode.
      ...(modes.plan === undefined ? {} : { plan: { mode: modes.plan, approve: 'nothing' } }),
      'auto-edit': { mode: modes['auto-edit'] ?? null, approve: 'edits' },
      permissionless: { mode: modes.permissionless ?? null, approve: 'everything' },
    },
    auth,
    install: `Install ${shown}.`,
    login: `Log in with ${program} by hand.`,
    tried: null,
    versionArgs: ['--version'],
    models,
    modelAtStart: modelOption !== undefined,
  };
}
