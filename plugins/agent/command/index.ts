import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { definePlugin } from '../../../src/slots/plugin.ts';
import { EVENT_FILE, watchCommand } from './command-watch.ts';
import { commandAgentConfig } from './config.ts';
import { demoCommand } from './demo-command.ts';
import { launchPlan, type ProgramCommand } from './launch-plan.ts';

export default definePlugin({
  slot: 'agent',
  name: 'command',
  description: 'Any program that reads a prompt; without a configured command, the bundled demo agent.',
  config: commandAgentConfig,
  create(config, context) {
    const isDemo = config.command === undefined;
    const program = (): ProgramCommand => (config.command === undefined ? demoCommand() : { command: config.command, resumeArgs: config.resumeArgs });
    return {
      isDemo,
      permissionModes: ['default'],
      acceptsWhileBusy: config.acceptsWhileBusy,
      canResume: isDemo || config.resumeArgs.length > 0,
      models: async () => (isDemo ? ['demo'] : config.models),
      async detect() {
        const name = program().command[0] ?? '';
        const path = await findExecutable(name, context.env.PATH ?? '');
        if (path !== null)
          return {
            found: true,
            path,
            version: isDemo ? 'demo' : null,
            findings: [{ level: 'ok', what: isDemo ? 'the bundled demo agent (not an AI)' : `${name} is ${path}`, fix: null }],
          };
        return {
          found: false,
          path: null,
          version: null,
          findings: [{ level: 'error', what: `the program ${name} was not found`, fix: `Install ${name}, or change agent command in ao.yaml.` }],
        };
      },
      async plan(session, launch) {
        const said = await stat(join(session.stateDir, EVENT_FILE)).then(
          (file) => file.size,
          () => 0,
        );
        return launchPlan(program(), config, session, launch, said);
      },
      watch: (session, terminal, emit) => watchCommand(config, context.clock, session, terminal, emit),
    };
  },
});

async function findExecutable(name: string, path: string): Promise<string | null> {
  const candidates = isAbsolute(name)
    ? [name]
    : name.includes('/')
      ? []
      : path
          .split(delimiter)
          .filter(Boolean)
          .map((folder) => join(folder, name));
  for (const candidate of candidates) {
    const executable = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (executable) return candidate;
  }
  return null;
}
