import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ProgramCommand } from './launch-plan.ts';

const IN_REPOSITORY = join('plugins', 'agent', 'command', 'demo');

/** The folder of the demo agent and its sample project, from the sources as well as from a bundle somewhere below the repository. */
export function demoFolder(from: string = import.meta.dirname): string {
  const beside = join(from, 'demo');
  if (existsSync(join(beside, 'demo-agent.mjs'))) return beside;
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, IN_REPOSITORY, 'demo-agent.mjs')))
      return join(folder, IN_REPOSITORY);
  }
  throw new Error(
    `The demo agent (${join(IN_REPOSITORY, 'demo-agent.mjs')}) is missing. Install ao again, or configure a command for the agent.`,
  );
}

/** Runs on the same Node as the bot. */
export const demoCommand = (): ProgramCommand => ({
  command: [process.execPath, join(demoFolder(), 'demo-agent.mjs'), '--prompt', '{prompt}'],
  resumeArgs: ['--resume'],
});
