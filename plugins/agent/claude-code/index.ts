import { priceTable } from '../../../src/domain/money/pricing.ts';
import { findProgram } from '../../../src/lib/program.ts';
import { createProgramVersions } from '../../../src/lib/program-version.ts';
import type { AgentPlugin } from '../../../src/slots/agent.ts';
import { definePlugin, type PluginContext } from '../../../src/slots/plugin.ts';
import { type ClaudeConfig, configSchema } from './config.ts';
import { configDirOf } from './config-dir.ts';
import { detectClaude } from './detect.ts';
import { planLaunch } from './launch-plan.ts';
import { StatusFiles } from './status-files.ts';
import { ClaudeWatch } from './watch.ts';

export default definePlugin({
  slot: 'agent',
  name: 'claude-code',
  description: 'Claude Code by Anthropic, in its own terminal interface',
  config: configSchema,
  create: createClaudeAgent,
});

export function createClaudeAgent(config: ClaudeConfig, context: PluginContext): AgentPlugin {
  const statusFiles = new Map<string, StatusFiles>();
  const statusFilesOf = (configDir: string): StatusFiles => {
    const files = statusFiles.get(configDir) ?? new StatusFiles(configDir, context.clock);
    statusFiles.set(configDir, files);
    return files;
  };
  const versions = createProgramVersions();
  return {
    permissionModes: ['default', 'plan', 'auto-edit', 'permissionless'],
    acceptsWhileBusy: true,
    detect: () =>
      detectClaude(
        config.command,
        configDirOf(context.env, config.configDir),
        context.env,
        versions,
      ),
    // Aliases the program resolves itself to the newest model of the family.
    models: async () => ['opus', 'sonnet', 'haiku', 'fable'],
    plan: async (session, launch) =>
      planLaunch(session, launch, {
        program:
          (await findProgram(config.command, session.env.PATH ?? context.env.PATH)) ??
          config.command,
        configDir: config.configDir,
        baseEnv: context.env,
        root: process.getuid?.() === 0,
        now: context.clock.now(),
      }),
    watch(session, terminal, emit) {
      const configDir = configDirOf({ ...context.env, ...session.env }, config.configDir);
      return new ClaudeWatch({
        session,
        terminal,
        emit,
        configDir,
        clock: context.clock,
        statusFiles: statusFilesOf(configDir),
        prices: [...priceTable(config.prices, []), ...(context.prices ?? priceTable([]))],
      });
    },
  };
}
