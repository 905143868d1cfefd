import { findProgram } from '../../../src/lib/program.ts';
import type { ProgramVersions } from '../../../src/lib/program-version.ts';
import type { AgentPlugin } from '../../../src/slots/agent.ts';
import type { DoctorFinding } from '../../../src/slots/plugin.ts';
import { type TriedProgram, untriedVersion } from './tried-versions.ts';

export interface DetectSpec {
  readonly name: string;
  readonly plugin: string;
  readonly program: string;
  readonly versionArgs: readonly string[];
  readonly install: string;
  /** Null: only its documentation and a fake. */
  readonly tried: TriedProgram | null;
}

type Detection = Awaited<ReturnType<AgentPlugin['detect']>>;

/** Looks for a program and asks its version; what else there is to say of it comes from `others`. Nothing else of it is run. */
export async function lookForProgram(
  wanted: {
    readonly name: string;
    readonly program: string;
    readonly versionArgs: readonly string[];
    readonly version: RegExp;
    /** What to do when it isn't there. */
    readonly fix: string;
    /** Null: no real version of it was ever tried. */
    readonly tried: TriedProgram | null;
  },
  env: Readonly<Record<string, string>>,
  versions: ProgramVersions,
  others: () => readonly DoctorFinding[] = () => [],
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
  const untried = version === null ? null : untriedOf(wanted, version);
  return {
    found: true,
    path,
    version,
    untried,
    findings: [versionFinding(wanted, { path, version, untried }), ...others()],
  };
}

const untriedOf = (
  { name, tried }: { readonly name: string; readonly tried: TriedProgram | null },
  version: string,
): string | null =>
  tried === null
    ? `ao was not tried with ${name} ${version} or any other real version of it, only with its documentation and a fake.`
    : untriedVersion(tried, version);

function versionFinding(
  wanted: {
    readonly name: string;
    readonly versionArgs: readonly string[];
    readonly tried: TriedProgram | null;
  },
  seen: { readonly path: string; readonly version: string | null; readonly untried: string | null },
): DoctorFinding {
  const { name, versionArgs, tried } = wanted;
  const { path, version, untried } = seen;
  if (version === null)
    return {
      level: 'error',
      what: `${path} ${versionArgs.join(' ')} did not tell a version.`,
      fix: `Run it by hand; reinstall ${name} when it fails.`,
    };
  if (untried === null) return { level: 'ok', what: `${name} ${version} at ${path}.`, fix: null };
  return {
    level: 'warning',
    what: `${untried} Its options, files and dialogs may differ.`,
    fix:
      tried === null
        ? 'If its sessions do not start or show no activity, report it with the version.'
        : `If its sessions do not start or show no activity, install ${tried.npm}@${tried.newest}, or update ao.`,
  };
}

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
  );
