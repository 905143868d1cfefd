import { definePlugin, loadedLate } from '../../../src/slots/plugin.ts';
import { jiraConfig } from './config.ts';

export default definePlugin({
  slot: 'tracker',
  name: 'jira',
  description: 'Issues of a Jira project, Cloud or Data Center.',
  config: jiraConfig,
  setup: {
    title: 'Jira',
    intro:
      'Jira: make a token first. Cloud: id.atlassian.com > Security > API tokens. Data Center: profile > Personal access tokens.',
    questions: [
      {
        key: 'baseUrl',
        message: 'Address of Jira, e.g. https://acme.atlassian.net',
        env: 'JIRA_URL',
      },
      {
        key: 'email',
        message: "Address of the token's account (empty: Data Center, where the token is enough)",
        env: 'JIRA_EMAIL',
        initial: '',
      },
      { key: 'token', message: 'Token', env: 'JIRA_TOKEN', secret: true },
      { key: 'project', message: 'Key of the project (the ENG of ENG-42)', env: 'JIRA_PROJECT' },
    ],
  },
  ...loadedLate(async () => (await import('./create.ts')).create),
});
