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

type Detection = Awaited<ReturnType<AgentPlugin['detect']>>;

/** Looks for a program and asks its version; what else there is to say of it comes from `findings`. Nothing else of it is run. */
export async function lookForProgram(
  wanted: {
    readonly name: string;
    readonly program: string;
    readonly versionArgs: readonly string[];
    readonly version: RegExp;
    /** What to do when it isn't there. */
    readonly fix: string;
  },
  env: Readonly<Record<string, string>>,
  versions: ProgramVersions,
  findings: (path: string, version: string | null) => readonly DoctorFinding[],
): Promise<Detection> {
  const path = await findProgram(wanted.program, env.PATH);
  if (path === null) {
    const what = `${wanted.name} is not installed: no program \`${wanted.program}\` in PATH.`;
    return {
      found: false,
      path: null,
      version: null,
      findings: [{ level: 'error', what, fix: wanted.fix }],
    };
  }
  const version =
    wanted.version.exec(await versions.outputOf(path, wanted.versionArgs, env))?.[0] ?? null;
  return { found: true, path, version, findings: findings(path, version) };
}

/** It is there and doesn't say which it is. */
export const noVersion = (
  name: string,
  path: string,
  versionArgs: readonly string[],
): DoctorFinding => ({
  level: 'error',
  what: `${path} ${versionArgs.join(' ')} did not tell a version.`,
  fix: `Run it by hand; reinstall ${name} when it fails.`,
});

/** Is the program there, and which version is it? */
export const detectProgram = (
  spec: DetectSpec,
  env: Readonly<Record<string, string>>,
  versions: ProgramVersions,
): Promise<Detection> =>
  lookForProgram(
    {
      ...spec,
      version: /\d+\.\d+(?:\.\d+)?\S*/,
      fix: `${spec.install} Or set agents.${spec.plugin}.command to its path.`,
    },
    env,
    versions,
    (path, version) => [versionFinding(spec, path, version)],
  );

function versionFinding(spec: DetectSpec, path: string, version: string | null): DoctorFinding {
  if (version === null) return noVersion(spec.name, path, spec.versionArgs);
  if (spec.knownVersion === null || version === spec.knownVersion)
    return { level: 'ok', what: `${spec.name} ${version} at ${path}.`, fix: null };
  return {
    level: 'ok',
    what: `${spec.name} ${version} at ${path}. ao was made for ${spec.knownVersion}, from its documentation.`,
    fix: null,
  };
}
