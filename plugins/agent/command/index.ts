import { join } from 'node:path';
import { sizeOf } from '../../../src/lib/guarded/read.ts';
import { findProgram } from '../../../src/lib/program.ts';
import { definePlugin } from '../../../src/slots/plugin.ts';
import { EVENT_FILE, watchCommand } from './command-watch.ts';
import { commandAgentConfig } from './config.ts';
import { demoCommand } from './demo-command.ts';
import { launchPlan, type ProgramCommand } from './launch-plan.ts';

export default definePlugin({
  slot: 'agent',
  name: 'command',
  description:
    'Any program that reads a prompt; without a configured command, the bundled demo agent.',
  config: commandAgentConfig,
  create(config, context) {
    const isDemo = config.command === undefined;
    const program = (): ProgramCommand =>
      config.command === undefined
        ? demoCommand()
        : { command: config.command, resumeArgs: config.resumeArgs };
    return {
      isDemo,
      permissionModes: ['default'],
      acceptsWhileBusy: config.acceptsWhileBusy,
      models: async () => (isDemo ? ['demo'] : config.models),
      async detect() {
        const name = program().command[0] ?? '';
        const path = await findProgram(name, context.env.PATH);
        if (path !== null)
          return {
            found: true,
            path,
            version: isDemo ? 'demo' : null,
            findings: [
              {
                level: 'ok',
                what: isDemo ? 'the bundled demo agent (not an AI)' : `${name} is ${path}`,
                fix: null,
              },
            ],
          };
        return {
          found: false,
          path: null,
          version: null,
          findings: [
            {
              level: 'error',
              what: `the program ${name} was not found`,
              fix: `Install ${name}, or change agent command in ao.yaml.`,
            },
          ],
        };
      },
      async plan(session, launch) {
        const said = sizeOf(join(session.stateDir, EVENT_FILE)) ?? 0;
        return launchPlan(program(), config, session, launch, said);
      },
      watch: (session, terminal, emit) =>
        watchCommand(config, context.clock, session, terminal, emit),
    };
  },
});
