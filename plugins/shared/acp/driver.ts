import type { PermissionMode } from '../../../src/domain/session/session.ts';
import { sizeOf } from '../../../src/lib/guarded/read.ts';
import { findProgram } from '../../../src/lib/program.ts';
import { createProgramVersions } from '../../../src/lib/program-version.ts';
import type { AgentPlugin } from '../../../src/slots/agent.ts';
import type { PluginContext } from '../../../src/slots/plugin.ts';
import { detectProgram } from '../program/detect.ts';
import { hostProgram } from './host-program.ts';
import { eventsPath, planLaunch } from './launch-plan.ts';
import type { AcpAgentSpec } from './spec.ts';
import { AcpWatch } from './watch.ts';

const MODES: readonly PermissionMode[] = ['default', 'plan', 'auto-edit', 'permissionless'];

/** An agent plugin for one agent that speaks the Agent Client Protocol. */
export function createAcpAgent(spec: AcpAgentSpec, context: PluginContext): AgentPlugin {
  const versions = createProgramVersions();
  return {
    permissionModes: MODES.filter((mode) => spec.permissions[mode] !== undefined),
    acceptsWhileBusy: false,
    detect: () => detectProgram(spec, context.env, versions),
    models: async () => spec.models,
    async plan(session, launch) {
      const said = sizeOf(eventsPath(session.stateDir)) ?? 0;
      const program =
        (await findProgram(spec.program, session.env.PATH ?? context.env.PATH)) ?? spec.program;
      return planLaunch(spec, session, launch, {
        program,
        node: process.execPath,
        host: hostProgram(),
        said,
      });
    },
    watch: (session, _terminal, emit) => new AcpWatch(session, context.clock, context.prices, emit),
  };
}
