import { findProgram } from '../../../src/lib/program.ts';
import type { ProgramVersions } from '../../../src/lib/program-version.ts';
import type { AgentPlugin } from '../../../src/slots/agent.ts';
import type { DoctorFinding } from '../../../src/slots/plugin.ts';

export interface DetectSpec {
  readonly name: string;
  readonly plugin: string;
  readonly program: string;
  readonly versionArgs: readonly string[];
  readonly install: string;
  readonly knownVersion: string | null;
}

/** Is the program there, and which version is it? Nothing else of it is run. */
export async function detectProgram(spec: DetectSpec, env: Readonly<Record<string, string>>, versions: ProgramVersions): ReturnType<AgentPlugin['detect']> {
  const path = await findProgram(spec.program, env.PATH);
  if (path === null) {
    const what = `${spec.name} is not installed: no program \`${spec.program}\` in PATH.`;
    return {
      found: false,
      path: null,
      version: null,
      findings: [{ level: 'error', what, fix: `${spec.install} Or set agents.${spec.plugin}.command to its path.` }],
    };
  }
  const output = await versions.outputOf(path, spec.versionArgs, env);
  const version = /\d+\.\d+(?:\.\d+)?\S*/.exec(output)?.[0] ?? null;
  return { found: true, path, version, findings: [versionFinding(spec, path, version)] };
}

function versionFinding(spec: DetectSpec, path: string, version: string | null): DoctorFinding {
  if (version === null)
    return {
      level: 'error',
      what: `${path} ${spec.versionArgs.join(' ')} did not tell a version.`,
      fix: `Run it by hand; reinstall ${spec.name} when it fails.`,
    };
  if (spec.knownVersion === null || version === spec.knownVersion) return { level: 'ok', what: `${spec.name} ${version} at ${path}.`, fix: null };
  return {
    level: 'ok',
    what: `${spec.name} ${version} at ${path}. ao was made for ${spec.knownVersion}, from its documentation.`,
    fix: null,
  };
}
