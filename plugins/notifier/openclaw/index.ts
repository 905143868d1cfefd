import { z } from 'zod';
import { PluginError, rejected } from '../../../src/slots/errors.ts';
import { definePlugin, type KeyValue, type PluginContext } from '../../../src/slots/plugin.ts';
import { checkAddress, postAddress, privateNetwork } from '../../shared/notifier/address.ts';
import { bodyLines, clipped, oneLine } from '../../shared/notifier/plain-lines.ts';
import { post } from '../../shared/notifier/post.ts';

const LONGEST = 8_000;
/** How long an outcome is remembered, ms; the outbox repeats within half an hour or never. */
const REMEMBERED = 86_400_000;

export default definePlugin({
  slot: 'notifier',
  name: 'openclaw',
  description: 'Hands notifications to an OpenClaw assistant, as a run of its hooks endpoint.',
  config: z
    .strictObject({
      url: postAddress
        .default('http://127.0.0.1:18789/hooks/agent')
        .describe("The gateway's hook for agents"),
      privateNetwork,
      token: z.string().min(1).describe('hooks.token of openclaw.json; a secret'),
      wakeMode: z.enum(['now', 'next-heartbeat']).default('now'),
      deliver: z.boolean().default(true).describe("Send the assistant's answer to its chat"),
    })
    .superRefine(checkAddress('url')),
  create(config, context) {
    const what = `OpenClaw at ${new URL(config.url).origin}`;
    return {
      notify: (message, { key }) =>
        neverTwice(context, key, what, async () => {
          await post({
            what,
            url: config.url,
            reach: config,
            headers: { authorization: `Bearer ${config.token}` },
            body: JSON.stringify({
              message: clipped([oneLine(message.title), ...bodyLines(message)].join('\n'), LONGEST),
              name: 'ao',
              sessionKey: `hook:ao:${message.session ?? message.project}`,
              wakeMode: config.wakeMode,
              deliver: config.deliver,
            }),
          });
        }),
      doctor: async () => [
        {
          level: 'ok',
          what: `hands messages to ${what}, which needs hooks.enabled, hooks.allowRequestSessionKey and the prefix hook: among hooks.allowedSessionKeyPrefixes`,
          fix: null,
        },
      ],
    };
  },
});

interface Sent {
  readonly outcome: 'begun' | 'done';
  readonly at: number;
}

/**
 * A repeated post is a second run of the assistant, and OpenClaw can't be asked what it got. So what was begun is written down before it is
 * sent: a second try goes out only when it is certain that the first one wasn't taken (an answer that refuses, a connection that was never
 * made). Anything else, a crash of ours included, is told instead of repeated.
 */
async function neverTwice(
  { kv, clock }: Pick<PluginContext, 'kv' | 'clock'>,
  key: string,
  what: string,
  send: () => Promise<void>,
): Promise<void> {
  const name = `sent:${key}`;
  const before = kv.get(name) as Sent | undefined;
  if (before?.outcome === 'done') return;
  if (before !== undefined) throw unclear(what);
  forgetOld(kv, clock.now() - REMEMBERED);
  kv.set(name, { outcome: 'begun', at: clock.now() } satisfies Sent);
  try {
    await send();
  } catch (error) {
    if (!wasNotTaken(error)) throw unclear(what, error);
    kv.delete(name);
    throw error;
  }
  kv.set(name, { outcome: 'done', at: clock.now() } satisfies Sent);
}

function forgetOld(kv: KeyValue, before: number): void {
  for (const [name, sent] of kv.list('sent:')) if ((sent as Sent).at < before) kv.delete(name);
}

const NEVER_CONNECTED =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/;

/** Certain that no run began: an answer other than a server's own trouble, or no connection at all. */
function wasNotTaken(error: unknown): boolean {
  if (!(error instanceof PluginError)) return false;
  if (error.kind !== 'transient') return true;
  if (error.code === 'AO_NOTIFIER_BUSY') return /answered (?:429|408|503)/.test(error.message);
  const { code } = (error.cause ?? {}) as { code?: unknown };
  return typeof code === 'string' && NEVER_CONNECTED.test(code);
}

const unclear = (what: string, cause?: unknown): PluginError =>
  rejected(
    'AO_NOTIFIER_UNCLEAR',
    `${what} may have taken the message or not: the connection or ao ended before its answer. It isn't sent again, because that would be a second run. Look there.`,
    { cause },
  );
