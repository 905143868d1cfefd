import { join } from 'node:path';
import { untold } from '../../../src/lib/guarded/problem.ts';
import { readJsonFile } from '../../../src/lib/json-file.ts';
import type { ProgramVersions } from '../../../src/lib/program-version.ts';
import type { AgentPlugin } from '../../../src/slots/agent.ts';
import type { DoctorFinding } from '../../../src/slots/plugin.ts';
import { lookForProgram } from '../../shared/program/detect.ts';
import { TRIED } from '../../shared/program/tried-versions.ts';

const VERSION_ARGS = ['--version'];

export const detectClaude = (
  command: string,
  configDir: string,
  env: Readonly<Record<string, string>>,
  versions: ProgramVersions,
): ReturnType<AgentPlugin['detect']> =>
  lookForProgram(
    {
      name: TRIED['claude-code'].name,
      tried: TRIED['claude-code'],
      program: command,
      versionArgs: VERSION_ARGS,
      version: /\d+\.\d+\.\d+/,
      fix: 'Install it (npm install -g @anthropic-ai/claude-code) or set agents.claude-code.command to its path.',
    },
    env,
    versions,
    () => loginFindings(configDir, env),
  );

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
