import { z } from 'zod';
import { isPassingFailure } from '../../../src/lib/passing-failure.ts';
import { authFailed, PluginError, rejected, transient } from '../../../src/slots/errors.ts';
import { definePlugin } from '../../../src/slots/plugin.ts';
import { oncePerKey } from '../../shared/notifier/once-per-key.ts';
import { composeMail } from './compose.ts';

/** Together less than the 10 s a notifier has, ms. */
const TIMEOUTS = {
  connectionTimeout: 4_000,
  greetingTimeout: 3_000,
  dnsTimeout: 3_000,
  socketTimeout: 6_000,
} as const;

const address = z
  .string()
  .regex(
    /^[^\r\n]*[^\s@<]+@[^\s@>]+>?$/,
    'expected an address such as ao@example.org or "ao <ao@example.org>"',
  );

export default definePlugin({
  slot: 'notifier',
  name: 'email',
  description: 'Sends notifications by mail over SMTP; each session is a conversation.',
  config: z.strictObject({
    host: z.string().min(1),
    port: z.int().min(1).max(65_535).default(587),
    tls: z
      .enum(['start', 'always', 'never'])
      .optional()
      .describe(
        'start: STARTTLS is demanded; always: TLS from the first byte. By port: 465 always, 587 start, else never',
      ),
    user: z.string().optional(),
    password: z.string().optional(),
    from: address,
    to: z.union([address.transform((one) => [one]), z.array(address).min(1)]),
  }),
  create(config) {
    const once = oncePerKey();
    const tls =
      config.tls ?? (config.port === 465 ? 'always' : config.port === 587 ? 'start' : 'never');
    const options = {
      host: config.host,
      port: config.port,
      secure: tls === 'always',
      requireTLS: tls === 'start',
      ignoreTLS: tls === 'never',
      ...(config.user === undefined
        ? {}
        : { auth: { user: config.user, pass: config.password ?? '' } }),
      ...TIMEOUTS,
      // Texts come from outside: nothing in them may name a file or an address to be fetched.
      disableFileAccess: true,
      disableUrlAccess: true,
    };
    // The library is read with the first mail.
    const open = async () => (await import('nodemailer')).createTransport(options);
    let opened: ReturnType<typeof open> | null = null;
    const transport = (): ReturnType<typeof open> => (opened ??= open());
    const server = `${config.host}:${config.port}`;
    const domain = /@([^\s>]+)>?$/.exec(config.from)?.[1] ?? 'localhost';
    return {
      notify: (message, { priority, key }) =>
        once(key, async () => {
          try {
            await (await transport()).sendMail({
              from: config.from,
              to: [...config.to],
              ...composeMail(message, priority, key, domain),
            });
          } catch (error) {
            throw mailFailure(server, error);
          }
        }),
      async doctor() {
        try {
          await (await transport()).verify();
          const open = tls === 'never' && config.user !== undefined;
          if (open)
            return [
              {
                level: 'warning',
                what: `the password goes to ${server} without encryption`,
                fix: 'Set tls: start or tls: always.',
              },
            ];
          return [
            {
              level: 'ok',
              what: `sends mail through ${server} to ${config.to.join(', ')}`,
              fix: null,
            },
          ];
        } catch (error) {
          return [
            {
              level: 'error',
              what: mailFailure(server, error).message,
              fix: 'Put host, port, tls, user and password right in ao.yaml.',
            },
          ];
        }
      },
    };
  },
});

/** 4xx and everything about the connection: later. 5xx: never (RFC 5321, 4.2.1). */
function mailFailure(server: string, error: unknown): PluginError {
  if (error instanceof PluginError) return error;
  const { code, responseCode, message } = error as Error & { code?: string; responseCode?: number };
  const told = `The mail server ${server} said: ${message}`;
  if (responseCode !== undefined && responseCode < 500)
    return transient('AO_NOTIFIER_BUSY', `${told}. It is tried again.`, { cause: error });
  if (code === 'EAUTH') return authFailed('AO_NOTIFIER_UNAUTHORIZED', told, { cause: error });
  if (responseCode !== undefined || code === 'ETLS' || code === 'EMESSAGE' || code === 'EENVELOPE')
    return rejected('AO_NOTIFIER_REFUSED', told, { cause: error });
  return isPassingFailure(error)
    ? transient('AO_NOTIFIER_UNREACHABLE', `${told}. It is tried again.`, { cause: error })
    : rejected('AO_NOTIFIER_UNREACHABLE', `${told}. Put its part of ao.yaml right.`, {
        cause: error,
      });
}
