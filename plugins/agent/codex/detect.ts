import { join } from 'node:path';
import { untold } from '../../../src/lib/guarded/problem.ts';
import { readJsonFile } from '../../../src/lib/json-file.ts';
import type { ProgramVersions } from '../../../src/lib/program-version.ts';
import type { AgentPlugin } from '../../../src/slots/agent.ts';
import type { DoctorFinding } from '../../../src/slots/plugin.ts';
import { lookForProgram } from '../../shared/program/detect.ts';
import { TRIED } from '../../shared/program/tried-versions.ts';

const VERSION_ARGS = ['--version'];

export const detectCodex = (
  command: string,
  home: string,
  env: Readonly<Record<string, string>>,
  versions: ProgramVersions,
): ReturnType<AgentPlugin['detect']> =>
  lookForProgram(
    {
      name: TRIED.codex.name,
      tried: TRIED.codex,
      program: command,
      versionArgs: VERSION_ARGS,
      version: /\d+\.\d+\.\d+/,
      fix: 'Install it (npm install -g @openai/codex) or set agents.codex.command to its path.',
    },
    env,
    versions,
    () => [loginFinding(home, env)],
  );

/** Nothing is called: a stored login or a key is all that can be told. */
function loginFinding(home: string, env: Readonly<Record<string, string>>): DoctorFinding {
  const login = readJsonFile(join(home, 'auth.json'), untold, { follow: true });
  if (env.OPENAI_API_KEY !== undefined || login !== null)
    return { level: 'ok', what: 'Codex has a login or a key.', fix: null };
  return {
    level: 'warning',
    what: 'Codex seems not to be logged in.',
    fix: 'Run `codex login`, or set a model provider with its own key in config.toml.',
  };
}
