import { findProgram } from '../../../src/lib/program.ts';
import { createProgramVersions } from '../../../src/lib/program-version.ts';
import type { AgentPlugin } from '../../../src/slots/agent.ts';
import { definePlugin, type PluginContext } from '../../../src/slots/plugin.ts';
import { type CodexConfig, codexHomeOf, configSchema } from './config.ts';
import { detectCodex } from './detect.ts';
import { planLaunch } from './launch-plan.ts';
import { CodexWatch } from './watch.ts';

export default definePlugin({
  slot: 'agent',
  name: 'codex',
  description: 'Codex by OpenAI, in its own terminal interface',
  config: configSchema,
  create: createCodexAgent,
});

export function createCodexAgent(config: CodexConfig, context: PluginContext): AgentPlugin {
  const homeFor = (env: Readonly<Record<string, string>>): string =>
    codexHomeOf({ ...context.env, ...env }, config.home);
  const versions = createProgramVersions();
  return {
    permissionModes: ['default', 'plan', 'auto-edit', 'permissionless'],
    ownSandbox: ['default', 'plan', 'auto-edit'],
    acceptsWhileBusy: true,
    detect: () => detectCodex(config.command, homeFor({}), context.env, versions),
    models: async () => ['gpt-5.1-codex-max', 'gpt-5.1-codex', 'gpt-5.1-codex-mini', 'gpt-5.1'],
    plan: async (session, launch) =>
      planLaunch(session, launch, {
        program:
          (await findProgram(config.command, session.env.PATH ?? context.env.PATH)) ??
          config.command,
        home: homeFor(session.env),
        node: process.execPath,
        now: context.clock.now(),
      }),
    watch: (session, terminal, emit) =>
      new CodexWatch({
        session,
        terminal,
        emit,
        clock: context.clock,
        home: homeFor(session.env),
        prices: context.prices,
      }),
  };
}
