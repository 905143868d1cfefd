import { join } from 'node:path';
import { untold } from '../../../src/lib/guarded/problem.ts';
import { readJsonFile } from '../../../src/lib/json-file.ts';
import { compareVersions } from '../../../src/lib/program.ts';
import type { ProgramVersions } from '../../../src/lib/program-version.ts';
import type { AgentPlugin } from '../../../src/slots/agent.ts';
import type { DoctorFinding } from '../../../src/slots/plugin.ts';
import { lookForProgram, noVersion } from '../../shared/program/detect.ts';

const VERSION_ARGS = ['--version'];

/** Versions this plugin was run with. */
const OLDEST = '2.1.197';
const NEWEST = '2.1.329';

export const detectClaude = (
  command: string,
  configDir: string,
  env: Readonly<Record<string, string>>,
  versions: ProgramVersions,
): ReturnType<AgentPlugin['detect']> =>
  lookForProgram(
    {
      name: 'Claude Code',
      program: command,
      versionArgs: VERSION_ARGS,
      version: /\d+\.\d+\.\d+/,
      fix: 'Install it (npm install -g @anthropic-ai/claude-code) or set agents.claude-code.command to its path.',
    },
    env,
    versions,
    (path, version) => [versionFinding(path, version), ...loginFindings(configDir, env)],
  );

function versionFinding(path: string, version: string | null): DoctorFinding {
  if (version === null) return noVersion('Claude Code', path, VERSION_ARGS);
  if (compareVersions(version, OLDEST) < 0)
    return {
      level: 'warning',
      what: `Claude Code ${version} is older than ${OLDEST}, the oldest ao was tried with.`,
      fix: 'Update it: claude update.',
    };
  if (compareVersions(version, NEWEST) > 0)
    return {
      level: 'warning',
      what: `Claude Code ${version} is newer than ${NEWEST}, the newest ao was tried with. Its files may have changed.`,
      fix: 'If sessions show no activity, update ao or install that version.',
    };
  return { level: 'ok', what: `Claude Code ${version} at ${path}.`, fix: null };
}

/** Login and onboarding as far as files and environment tell; nothing is called. */
function loginFindings(
  configDir: string,
  env: Readonly<Record<string, string>>,
): readonly DoctorFinding[] {
  const byEnv = [
    'ANTHROPIC_API_KEY',
    'ANTHROPIC_AUTH_TOKEN',
    'CLAUDE_CODE_OAUTH_TOKEN',
    'CLAUDE_CODE_USE_BEDROCK',
    'CLAUDE_CODE_USE_VERTEX',
  ].find((name) => env[name] !== undefined);
  const user = readJsonFile(
    env.CLAUDE_CONFIG_DIR === undefined
      ? join(configDir, '..', '.claude.json')
      : join(configDir, '.claude.json'),
    untold,
    { follow: true },
  );
  const has = (key: string): boolean => typeof user === 'object' && user !== null && key in user;
  const credentials = readJsonFile(join(configDir, '.credentials.json'), untold, { follow: true });
  const stored = credentials !== null || has('oauthAccount');
  const login: DoctorFinding =
    byEnv !== undefined || stored
      ? {
          level: 'ok',
          what: byEnv === undefined ? 'Claude Code is logged in.' : `Claude Code uses ${byEnv}.`,
          fix: null,
        }
      : {
          level: 'warning',
          what: 'Claude Code seems not to be logged in (no stored login, no key in the environment).',
          fix: 'Run `claude` once and log in, or give a key in the environment.',
        };
  if (has('hasCompletedOnboarding')) return [login];
  return [
    login,
    {
      level: 'warning',
      what: 'Claude Code was never started here: it would show its first-run pages instead of working.',
      fix: 'Run `claude` once and finish them.',
    },
  ];
}
