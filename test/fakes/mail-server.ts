import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface MailServer {
  readonly port: number;
  /** What was taken: envelope and the whole message as it came. */
  readonly mails: ReadonlyArray<{
    readonly from: string;
    readonly to: readonly string[];
    readonly source: string;
  }>;
  /** How the next recipients are refused: an SMTP status each. */
  readonly refusals: number[];
  close(): Promise<void>;
}

/** An SMTP server on loopback that asks for `password` of `ao`, where given, and demands no TLS. */
export async function mailServer(password?: string): Promise<MailServer> {
  const mails: Array<{ from: string; to: readonly string[]; source: string }> = [];
  const refusals: number[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', ...(password === undefined ? ['AUTH'] : [])],
    allowInsecureAuth: true,
    disableReverseLookup: true,
    onAuth: (auth, _session, done) =>
      auth.username === 'ao' && auth.password === password
        ? done(null, { user: 'ao' })
        : done(new Error('Wrong password')),
    onRcptTo(_address, _session, done) {
      const responseCode = refusals.shift();
      done(
        responseCode === undefined ? null : Object.assign(new Error('not now'), { responseCode }),
      );
    },
    onData(stream, session, done) {
      let source = '';
      stream.setEncoding('utf8').on('data', (text: string) => (source += text));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map((each) => each.address),
          source,
        });
        done();
      });
    },
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    refusals,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
