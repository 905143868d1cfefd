import type { DoctorFinding, PluginDefinition } from '../slots/plugin.ts';
import { findPerson, withChatPlugin, writeChatSetup } from './chat-setup.ts';
import type { Cli } from './cli.ts';
import { usageError } from './cli-error.ts';

export interface SlackAnswers {
  readonly botToken: string;
  readonly appToken: string;
  /** Null: every project names its own. */
  readonly channel: string | null;
  /** Member id of whoever sets it up; null: nobody is named. */
  readonly user: string | null;
}

/**
 * From the environment, else asked for; null when the person gave up. Tokens are never options: those can be seen by others.
 * `before`: answers that did not hold, which are asked for again and offered as they were.
 */
export async function slackAnswers(
  cli: Cli,
  options: { channel?: string; user?: string; yes?: boolean },
  before: SlackAnswers | null = null,
): Promise<SlackAnswers | null> {
  const known: SlackAnswers = {
    botToken: cli.env.SLACK_BOT_TOKEN ?? '',
    appToken: cli.env.SLACK_APP_TOKEN ?? '',
    channel: options.channel ?? null,
    user: options.user ?? null,
  };
  if (options.yes) {
    if (known.botToken === '' || known.appToken === '')
      throw usageError(
        'without questions the tokens come from SLACK_BOT_TOKEN and SLACK_APP_TOKEN.',
      );
    return known;
  }
  const { askSlack } = await import('./slack-wizard.ts');
  return askSlack(known, before);
}

/** What the plugin itself finds with these answers: tokens, scopes, channel, person. Nothing is started. */
export function verifySlack(
  cli: Cli,
  plugins: readonly PluginDefinition[],
  answers: SlackAnswers,
): Promise<{ findings: readonly DoctorFinding[]; admin: string | null }> {
  const { botToken, appToken, channel } = answers;
  const part = {
    botToken,
    appToken,
    ...(channel === null ? {} : { channel }),
    ...(cli.env.SLACK_API_URL === undefined ? {} : { apiUrl: cli.env.SLACK_API_URL }),
  };
  return withChatPlugin(plugins, 'slack', part, async (plugin) => {
    const findings = await plugin.doctor();
    // Without a token that works nobody can be found, and the first finding says so.
    if (findings[0]?.level === 'error') return { findings, admin: null };
    const person = await findPerson(plugin, answers.user);
    return { findings: [...findings, ...person.findings], admin: person.subject };
  });
}

export const writeSlack = (
  folder: string,
  answers: SlackAnswers,
  admin: string | null,
): readonly string[] =>
  writeChatSetup(
    folder,
    { SLACK_BOT_TOKEN: answers.botToken, SLACK_APP_TOKEN: answers.appToken },
    admin,
    (document) => {
      document.setIn(['chat', 'slack', 'botToken'], '${SLACK_BOT_TOKEN}');
      document.setIn(['chat', 'slack', 'appToken'], '${SLACK_APP_TOKEN}');
      if (answers.channel !== null) document.setIn(['chat', 'slack', 'channel'], answers.channel);
    },
  );
