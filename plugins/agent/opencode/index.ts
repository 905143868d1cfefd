import { findProgram } from '../../../src/lib/program.ts';
import { createProgramVersions } from '../../../src/lib/program-version.ts';
import type { AgentPlugin } from '../../../src/slots/agent.ts';
import { definePlugin, type PluginContext } from '../../../src/slots/plugin.ts';
import { configSchema, type OpencodeConfig } from './config.ts';
import { detectOpencode } from './detect.ts';
import { planLaunch } from './launch-plan.ts';
import { OpencodeWatch } from './watch.ts';

export default definePlugin({
  slot: 'agent',
  name: 'opencode',
  description: 'opencode, driven through the server of its terminal interface',
  config: configSchema,
  create: createOpencodeAgent,
});

export function createOpencodeAgent(config: OpencodeConfig, context: PluginContext): AgentPlugin {
  const versions = createProgramVersions();
  return {
    permissionModes: ['default', 'plan', 'auto-edit', 'permissionless'],
    acceptsWhileBusy: true,
    detect: () => detectOpencode(config.command, context.env, versions),
    // Names depend on the providers a person has set up; opencode itself lists them (`opencode models`).
    models: async () => [],
    plan: async (session, launch) =>
      planLaunch(session, launch, {
        program:
          (await findProgram(config.command, session.env.PATH ?? context.env.PATH)) ??
          config.command,
        now: context.clock.now(),
      }),
    watch: (session, _terminal, emit) =>
      new OpencodeWatch({ session, emit, clock: context.clock, prices: context.prices }),
  };
}
