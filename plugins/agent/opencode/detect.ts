import { join } from 'node:path';
import { untold } from '../../../src/lib/guarded/problem.ts';
import { readJsonFile } from '../../../src/lib/json-file.ts';
import { compareVersions } from '../../../src/lib/program.ts';
import type { ProgramVersions } from '../../../src/lib/program-version.ts';
import type { AgentPlugin } from '../../../src/slots/agent.ts';
import type { DoctorFinding } from '../../../src/slots/plugin.ts';
import { lookForProgram, noVersion } from '../../shared/program/detect.ts';

const VERSION_ARGS = ['--version'];

/** The version this plugin was run with. Its server's routes change between versions. */
const KNOWN = '1.18.33';

export const detectOpencode = (
  command: string,
  env: Readonly<Record<string, string>>,
  versions: ProgramVersions,
): ReturnType<AgentPlugin['detect']> =>
  lookForProgram(
    {
      name: 'opencode',
      program: command,
      versionArgs: VERSION_ARGS,
      version: /\d+\.\d+\.\d+/,
      fix: 'Install it (npm install -g opencode-ai) or set agents.opencode.command to its path.',
    },
    env,
    versions,
    (path, version) => [versionFinding(path, version), loginFinding(env)],
  );

function versionFinding(path: string, version: string | null): DoctorFinding {
  if (version === null) return noVersion('opencode', path, VERSION_ARGS);
  if (compareVersions(version, KNOWN) === 0)
    return { level: 'ok', what: `opencode ${version} at ${path}.`, fix: null };
  return {
    level: 'warning',
    what: `opencode ${version} is not ${KNOWN}, the version ao was tried with. Its server may answer differently.`,
    fix: `If sessions show no activity, install opencode-ai@${KNOWN}.`,
  };
}

/** Nothing is called: a stored login is all that can be told; keys may also stand in its configuration. */
function loginFinding(env: Readonly<Record<string, string>>): DoctorFinding {
  const data = env.XDG_DATA_HOME ?? join(env.HOME ?? '/root', '.local', 'share');
  if (readJsonFile(join(data, 'opencode', 'auth.json'), untold, { follow: true }) !== null)
    return { level: 'ok', what: 'opencode has a stored login.', fix: null };
  return {
    level: 'warning',
    what: 'opencode has no stored login.',
    fix: 'Run `opencode auth login`, unless a provider key stands in its configuration or the environment.',
  };
}
