import type { DoctorFinding } from '../../../src/slots/plugin.ts';
import type { GitLabClient } from '../../shared/gitlab/client.ts';
import { tokenFindings } from '../../shared/gitlab/token-findings.ts';

/** Whether the project can be reached, as whom, and with which rights. `secret`: of webhooks; null: there is none. */
export async function doctor(
  client: GitLabClient,
  secret: string | null,
  now: number,
): Promise<readonly DoctorFinding[]> {
  const findings = await tokenFindings(client, 'Merge requests', now);
  if (findings.some(({ what, level }) => level === 'error' && !what.startsWith('The token')))
    return findings;
  return [...findings, ...(await movedFindings(client)), webhookFinding(secret)];
}

async function movedFindings(client: GitLabClient): Promise<readonly DoctorFinding[]> {
  const { path } = await client.project();
  const [said = path] = client.names();
  return said.toLowerCase() === path.toLowerCase()
    ? []
    : [
        {
          level: 'warning',
          what: `${said} is ${path} now; ao follows it`,
          fix: `Set repo: ${path} in ao.yaml, and the address of the clone's remote.`,
        },
      ];
}

function webhookFinding(secret: string | null): DoctorFinding {
  if (secret === null)
    return {
      level: 'warning',
      what: 'No webhook secret: ao polls GitLab',
      fix: 'Set scm.webhook.secret and add a webhook to /webhooks/gitlab where ao can be reached.',
    };
  const signed = secret.startsWith('whsec_');
  return {
    level: 'ok',
    what: `Webhooks are accepted, proved by ${signed ? 'signature' : 'secret token'}`,
    fix: null,
  };
}
