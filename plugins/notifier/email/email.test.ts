import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MESSAGE, notifierContract } from '../../../test/contract/notifier.ts';
import { type MailServer, mailServer } from '../../../test/fakes/mail-server.ts';
import { openNotifier } from '../../../test/support/notifier-world.ts';
import email from './index.ts';

const settings = (port: number, more: object = {}) => ({
  host: '127.0.0.1',
  port,
  from: 'ao <ao@example.org>',
  to: ['dana@example.org', 'lee@example.org'],
  ...more,
});

notifierContract('email', async () => {
  const server = await mailServer();
  const { notifier, close } = openNotifier(email, settings(server.port));
  return {
    notifier,
    arrived: () => server.mails.map((mail) => decoded(mail.source)),
    async close() {
      close();
      await server.close();
    },
  };
});

/** Quoted-printable undone, as mail programs do. */
const decoded = (source: string): string =>
  source
    .replaceAll(/=\r?\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );

describe('email', () => {
  let server: MailServer;
  let close = (): void => {};
  beforeEach(async () => {
    server = await mailServer('right');
  });
  afterEach(async () => {
    close();
    await server.close();
  });
  const open = (more: object = {}) => {
    const opened = openNotifier(
      email,
      settings(server.port, { user: 'ao', password: 'right', ...more }),
    );
    close = opened.close;
    return opened.notifier;
  };

  it('sends one mail to all, in a conversation per session, that no header can be smuggled into', async () => {
    const notifier = open();
    await notifier.notify(
      { ...MESSAGE, title: 'Done\r\nBcc: eve@example.org' },
      { priority: 'urgent', key: 'one' },
    );
    await notifier.notify(MESSAGE, { priority: 'info', key: 'two' });
    const [first, second] = server.mails;
    expect(first?.to).toEqual(['dana@example.org', 'lee@example.org']);
    expect(first?.source).not.toMatch(/^Bcc:/m);
    expect(first?.source).toMatch(/^Subject: \[app\] Done/m);
    expect(first?.source).toMatch(/^X-Priority: 1/m);
    const references = (source = '') => /^References: (\S+)/m.exec(source)?.[1];
    expect(references(first?.source)).toBeDefined();
    expect(references(second?.source)).toBe(references(first?.source));
  });

  it('a mailbox that is busy is tried again, one that is gone is not', async () => {
    const notifier = open({ to: 'dana@example.org' });
    server.refusals.push(450, 550);
    await expect(notifier.notify(MESSAGE, { priority: 'info', key: 'k' })).rejects.toMatchObject({
      kind: 'transient',
    });
    await expect(notifier.notify(MESSAGE, { priority: 'info', key: 'k' })).rejects.toMatchObject({
      kind: 'rejected',
    });
    await notifier.notify(MESSAGE, { priority: 'info', key: 'k' });
    expect(server.mails).toHaveLength(1);
  });

  it('a wrong password is told as such', async () => {
    await expect(
      open({ password: 'wrong' }).notify(MESSAGE, { priority: 'info', key: 'k' }),
    ).rejects.toMatchObject({ kind: 'auth' });
  });

  it('does not send where TLS is demanded and not offered', async () => {
    await expect(
      open({ tls: 'start' }).notify(MESSAGE, { priority: 'info', key: 'k' }),
    ).rejects.toMatchObject({ kind: 'rejected' });
    expect(server.mails).toHaveLength(0);
  });

  it('the doctor signs in, and says when the password goes unencrypted', async () => {
    expect(await open().doctor()).toMatchObject([
      { level: 'warning', what: expect.stringContaining('without encryption') },
    ]);
    expect(await open({ password: 'wrong' }).doctor()).toMatchObject([{ level: 'error' }]);
  });
});
