import { join } from 'node:path';
import { untold } from '../../../src/lib/guarded/problem.ts';
import { readJsonFile } from '../../../src/lib/json-file.ts';
import { compareVersions } from '../../../src/lib/program.ts';
import type { ProgramVersions } from '../../../src/lib/program-version.ts';
import type { AgentPlugin } from '../../../src/slots/agent.ts';
import type { DoctorFinding } from '../../../src/slots/plugin.ts';
import { lookForProgram, noVersion } from '../../shared/program/detect.ts';

const VERSION_ARGS = ['--version'];

/** The version this plugin was run with. Its flags and dialogs change between versions. */
const KNOWN = '0.169.0';

export const detectCodex = (
  command: string,
  home: string,
  env: Readonly<Record<string, string>>,
  versions: ProgramVersions,
): ReturnType<AgentPlugin['detect']> =>
  lookForProgram(
    {
      name: 'Codex',
      program: command,
      versionArgs: VERSION_ARGS,
      version: /\d+\.\d+\.\d+/,
      fix: 'Install it (npm install -g @openai/codex) or set agents.codex.command to its path.',
    },
    env,
    versions,
    (path, version) => [versionFinding(path, version), loginFinding(home, env)],
  );

function versionFinding(path: string, version: string | null): DoctorFinding {
  if (version === null) return noVersion('Codex', path, VERSION_ARGS);
  if (compareVersions(version, KNOWN) === 0)
    return { level: 'ok', what: `Codex ${version} at ${path}.`, fix: null };
  return {
    level: 'warning',
    what: `Codex ${version} is not ${KNOWN}, the version ao was tried with. Its flags and files may differ.`,
    fix: `If sessions don't start or show no activity, install @openai/codex@${KNOWN}.`,
  };
}

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
