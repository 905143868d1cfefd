import { z } from 'zod';
import { PluginError } from '../../../src/slots/errors.ts';
import type { DoctorFinding } from '../../../src/slots/plugin.ts';
import type { GitLabClient } from './client.ts';

const tokenSchema = z.object({
  scopes: z.array(z.string()),
  expires_at: z.string().nullish(),
});
/** An access token is warned about so long before it ends. */
const SOON = 14 * 86_400_000;
const DEVELOPER = 30;

/** Whether GitLab can be reached, as whom, and what the token lacks. `what`: what is used of it. */
export async function tokenFindings(
  client: GitLabClient,
  what: string,
  now: number,
): Promise<readonly DoctorFinding[]> {
  try {
    const project = await client.project();
    const { username } = await client.viewer();
    const where = `${project.path} at ${client.server.host}`;
    return [
      { level: 'ok', what: `${what} of ${where} as ${username}`, fix: null },
      ...levelFindings(project.level, username),
      ...(await scopeFindings(client, now)),
    ];
  } catch (error) {
    return [
      {
        level: 'error',
        what: error instanceof Error ? error.message : String(error),
        fix: 'Check token, baseUrl and repo in ao.yaml.',
      },
    ];
  }
}

const levelFindings = (level: number | null, username: string): readonly DoctorFinding[] =>
  level === null || level >= DEVELOPER
    ? []
    : [
        {
          level: 'error',
          what: `${username} has less than the role Developer in the project: it can't push or merge`,
          fix: 'Give the token, or its user, the role Developer.',
        },
      ];

/** OAuth tokens can't be asked; what they lack shows with the first refusal. */
async function scopeFindings(client: GitLabClient, now: number): Promise<readonly DoctorFinding[]> {
  try {
    const { scopes, expires_at } = await client.http.json(
      { purpose: 'setup', what: "the token's scopes", path: '/v4/personal_access_tokens/self' },
      tokenSchema,
    );
    const missing: readonly DoctorFinding[] = scopes.includes('api')
      ? []
      : [
          {
            level: 'error',
            what: `The token has no scope api, only: ${scopes.join(', ') || 'none'}`,
            fix: 'Make one with the scope api (Settings > Access tokens).',
          },
        ];
    return [...missing, ...expiryFindings(expires_at ?? null, now)];
  } catch (error) {
    if (error instanceof PluginError && error.kind !== 'transient') return [];
    throw error;
  }
}

const expiryFindings = (ends: string | null, now: number): readonly DoctorFinding[] =>
  ends === null || Date.parse(ends) - now > SOON
    ? []
    : [
        {
          level: 'warning',
          what: `The token ends on ${ends}`,
          fix: 'Rotate it at GitLab (Settings > Access tokens) and put the new one into .env.',
        },
      ];
