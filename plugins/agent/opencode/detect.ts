import { join } from 'node:path';
import { untold } from '../../../src/lib/guarded/problem.ts';
import { readJsonFile } from '../../../src/lib/json-file.ts';
import type { ProgramVersions } from '../../../src/lib/program-version.ts';
import type { AgentPlugin } from '../../../src/slots/agent.ts';
import type { DoctorFinding } from '../../../src/slots/plugin.ts';
import { lookForProgram } from '../../shared/program/detect.ts';
import { TRIED } from '../../shared/program/tried-versions.ts';

const VERSION_ARGS = ['--version'];

export const detectOpencode = (
  command: string,
  env: Readonly<Record<string, string>>,
  versions: ProgramVersions,
): ReturnType<AgentPlugin['detect']> =>
  lookForProgram(
    {
      name: TRIED.opencode.name,
      tried: TRIED.opencode,
      program: command,
      versionArgs: VERSION_ARGS,
      version: /\d+\.\d+\.\d+/,
      fix: 'Install it (npm install -g opencode-ai) or set agents.opencode.command to its path.',
    },
    env,
    versions,
    () => [loginFinding(env)],
  );

/** Nothing is called: a stored login is all that can be told; keys may also stand in its configuration. */
function loginFinding(env: Readonly<Record<string, string>>): DoctorFinding {
  const data = env.XDG_DATA_HOME ?? join(env.HOME ?? '/root', '.local', 'share');
  if (readJsonFile(join(data, 'opencode', 'auth.json'), untold, { follow: true }) !== null)
    return { level: 'ok', what: 'opencode has a stored login.', fix: null };
  return {
    level: 'warning',
    what: 'opencode has no stored login.',
    fix: 'Run `opencode auth login`, unless a provider key is in its configuration or the environment.',
  };
}
