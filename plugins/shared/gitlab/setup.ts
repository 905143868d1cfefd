import type { SetupGuide } from '../../../src/slots/plugin.ts';

/** `ao init gitlab`. */
export const gitlabSetup: SetupGuide = {
  title: 'GitLab',
  intro:
    'GitLab: make a token first. In the project Settings > Access tokens > Add new token, role Developer (Maintainer where only maintainers merge), scope api.',
  questions: [
    { key: 'token', message: 'Access token with the scope api', env: 'GITLAB_TOKEN', secret: true },
    {
      key: 'baseUrl',
      message: 'Address of GitLab',
      env: 'GITLAB_URL',
      initial: 'https://gitlab.com',
    },
    {
      key: 'repo',
      message: 'Path of the project with its groups (empty: what the remote origin says)',
      env: 'GITLAB_PROJECT',
      initial: '',
    },
  ],
  webhook:
    'Settings > Webhooks > Add new webhook. URL: {url}. Secret token: {secret} of .env. Events: Push, Comments, Merge request, Pipeline, Job.',
};
