import { findProgram } from '../../../src/lib/program.ts';
import { createProgramVersions } from '../../../src/lib/program-version.ts';
import type { AgentPlugin } from '../../../src/slots/agent.ts';
import { definePlugin, type PluginContext } from '../../../src/slots/plugin.ts';
import { detectProgram } from '../../shared/program/detect.ts';
import { type AiderConfig, configSchema } from './config.ts';
import { AIDER_MODES, planLaunch } from './launch-plan.ts';
import { AiderWatch } from './watch.ts';

export default definePlugin({
  slot: 'agent',
  name: 'aider',
  description: 'aider, in its own terminal interface',
  config: configSchema,
  create: createAiderAgent,
});

export function createAiderAgent(config: AiderConfig, context: PluginContext): AgentPlugin {
  const versions = createProgramVersions();
  return {
    permissionModes: AIDER_MODES,
    acceptsWhileBusy: false,
    detect: () =>
      detectProgram(
        {
          name: 'aider',
          plugin: 'aider',
          program: config.command,
          versionArgs: ['--version'],
          install: 'Install it: python -m pip install aider-install && aider-install.',
          tried: null,
        },
        context.env,
        versions,
      ),
    models: async () => config.models,
    plan: async (session, launch) =>
      planLaunch(
        session,
        launch,
        (await findProgram(config.command, session.env.PATH ?? context.env.PATH)) ?? config.command,
      ),
    watch: (session, terminal, emit) =>
      new AiderWatch({ session, terminal, emit, clock: context.clock, prices: context.prices }),
  };
}
