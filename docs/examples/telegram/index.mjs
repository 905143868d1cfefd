/** Longest text Telegram takes (https://core.telegram.org/bots/api#sendmessage), with room for an ellipsis. */
const LONGEST = 4_000;
/** Below the 10 s a notifier has, ms. */
const TIMEOUT = 8_000;

/** What moves a cursor or hides text has no place in a chat. */
const clean = (text) => text.replace(/(?![\t\n])[\p{Cc}\p{Cf}]/gu, '');

function linesOf({ project, session, title, text, next, url, pr }) {
  return [
    title,
    text,
    next,
    pr === null ? null : `PR #${pr.number}: ${pr.title} ${pr.url ?? ''}`,
    session === null ? project : `${session} in ${project}`,
    url,
  ]
    .filter((line) => line !== null && line !== '')
    .map(clean);
}

/**
 * A notifier that lets a Telegram bot tell a chat.
 *
 * @type {import('../../../src/slots/external-plugin.ts').ExternalPlugin}
 */
export default ({ z, transient, rejected, authFailed }) => ({
  slot: 'notifier',
  name: 'telegram',
  description: 'A Telegram bot tells a chat',
  contract: 1,
  config: z.strictObject({
    token: z.string().min(1).describe("The bot's token, from @BotFather; a secret"),
    chat: z.union([z.string(), z.number()]).describe('Id of the chat, or @name of a channel'),
    server: z.url().default('https://api.telegram.org').describe('A Bot API server of your own'),
  }),
  create({ token, chat, server }) {
    /** Keys that were sent: ao asks again when an answer was lost, and one message must stay one. */
    const sent = new Set();

    async function call(method, body) {
      let response;
      try {
        response = await fetch(`${server}/bot${token}/${method}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
          signal: AbortSignal.timeout(TIMEOUT),
        });
        return { status: response.status, ...(await response.json()) };
      } catch (cause) {
        // The address holds the token, so it stays out of the message; ao masks it, too.
        throw transient(
          'AO_TELEGRAM_UNREACHABLE',
          'Telegram could not be reached. It is tried again.',
          { cause },
        );
      }
    }

    function failed({ status, description = '', parameters }) {
      const told = `Telegram answered ${status}: ${description}`;
      if (status === 429)
        return transient('AO_TELEGRAM_BUSY', `${told}. It is tried again.`, {
          retryAfter: (parameters?.retry_after ?? 1) * 1_000,
        });
      if (status >= 500) return transient('AO_TELEGRAM_BUSY', `${told}. It is tried again.`);
      if (status === 401 || status === 404)
        return authFailed('AO_TELEGRAM_TOKEN', `${told}. Put token right in ao.yaml.`);
      return rejected(
        'AO_TELEGRAM_REFUSED',
        `${told}. Add the bot to the chat, or put chat right in ao.yaml.`,
      );
    }

    return {
      async notify(message, { priority, key }) {
        if (sent.has(key)) return;
        const whole = linesOf(message).join('\n');
        const answer = await call('sendMessage', {
          chat_id: chat,
          // Plain text on purpose: with a parse_mode, words of agents could become links and buttons.
          text: whole.length > LONGEST ? `${whole.slice(0, LONGEST)}…` : whole,
          link_preview_options: { is_disabled: true },
          disable_notification: priority === 'info',
        });
        if (answer.ok !== true) throw failed(answer);
        sent.add(key);
      },
      async doctor() {
        try {
          const answer = await call('getMe', {});
          if (answer.ok === true)
            return [
              { level: 'ok', what: `tells ${chat} as @${answer.result.username}`, fix: null },
            ];
          return [{ level: 'error', what: failed(answer).message, fix: 'Put token right.' }];
        } catch (error) {
          return [{ level: 'warning', what: error.message, fix: null }];
        }
      },
    };
  },
});
