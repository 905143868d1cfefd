import { join } from 'node:path';
import type { AgentSessionInfo, LaunchPlan } from '../../../src/slots/agent.ts';
import { launchNote } from '../../shared/program/deliveries.ts';
import { launchBegins } from '../../shared/program/launch.ts';
import { disarmed, typeable } from '../../shared/program/message-text.ts';
import { EVENT_FILE } from './command-watch.ts';
import type { CommandAgentConfig } from './config.ts';
import { expandCommand } from './expand-command.ts';

/** Linux takes at most 128 KiB in one argument; more is typed. */
const MAX_ARGUMENT_BYTES = 100_000;

export interface ProgramCommand {
  readonly command: readonly string[];
  readonly resumeArgs: readonly string[];
}

/** `said`: length of the event file before the launch. */
export function launchPlan(
  program: ProgramCommand,
  config: CommandAgentConfig,
  session: AgentSessionInfo,
  launch: { prompt: string | null; resume: boolean },
  said: number,
): LaunchPlan {
  const promptFile = join(session.stateDir, `prompt-${session.launch}.md`);
  const rulesFile = join(session.stateDir, 'rules.md');
  const prompt = launch.prompt === null ? null : disarmed(typeable(launch.prompt));
  const inline =
    prompt !== null && config.prompt === 'argv' && Buffer.byteLength(prompt) <= MAX_ARGUMENT_BYTES;
  const byFile =
    prompt !== null &&
    config.prompt === 'argv' &&
    program.command.some((part) => part.includes('{promptFile}'));
  const argv = expandCommand(program.command, {
    prompt: inline ? prompt : null,
    promptFile: byFile ? promptFile : null,
    rulesFile,
    model: session.model,
  });
  const included = byFile || (inline && program.command.some((part) => part.includes('{prompt}')));
  return {
    argv: [...argv, ...(launch.resume ? program.resumeArgs : []), ...session.args],
    env: {
      ...session.env,
      AO_EVENTS: join(session.stateDir, EVENT_FILE),
      AO_RULES_FILE: rulesFile,
    },
    files: {
      [rulesFile]: session.rules,
      ...launchBegins(session.stateDir, session.launch, said),
      ...(byFile && prompt !== null ? { [promptFile]: prompt } : {}),
      // A program may confirm the prompt by its hash alone.
      ...(included && launch.prompt !== null
        ? launchNote(session.stateDir, launch.prompt, session.launch, said)
        : {}),
    },
    promptIncluded: included,
    conversationLost: launch.resume && program.resumeArgs.length === 0,
    agentSession: session.agentSession,
  };
}
