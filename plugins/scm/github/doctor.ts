import type { DoctorFinding } from '../../../src/slots/plugin.ts';
import type { GitHubClient } from '../../shared/github/client.ts';

/** Whether the repository can be reached, and as whom. `secret`: of webhooks; null: there is none. */
export async function doctor(
  client: GitHubClient,
  secret: string | null,
): Promise<readonly DoctorFinding[]> {
  try {
    const { owner, repo, methods } = await client.repository();
    const said = await client.name();
    const moved: readonly DoctorFinding[] =
      said.toLowerCase() === `${owner}/${repo}`.toLowerCase()
        ? []
        : [
            {
              level: 'warning',
              what: `${said} is ${owner}/${repo} now; ao follows it`,
              fix: `Set repo: ${owner}/${repo} in ao.yaml, and the address of the clone's remote.`,
            },
          ];
    const allowed = Object.entries(methods).flatMap(([method, on]) => (on ? [method] : []));
    const webhook: DoctorFinding =
      secret === null
        ? {
            level: 'warning',
            what: 'No webhook secret: ao polls GitHub',
            fix: 'Set scm.webhook.secret and add a webhook to /webhooks/github where ao can be reached.',
          }
        : { level: 'ok', what: 'Webhooks are accepted', fix: null };
    return [
      {
        level: 'ok',
        what: `${owner}/${repo} as ${await client.viewer()}; merges by ${allowed.join(', ')}`,
        fix: null,
      },
      ...moved,
      webhook,
    ];
  } catch (error) {
    return [
      {
        level: 'error',
        what: error instanceof Error ? error.message : String(error),
        fix: 'Check token, app and repo in ao.yaml.',
      },
    ];
  }
}
