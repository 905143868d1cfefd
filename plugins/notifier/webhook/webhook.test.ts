import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PluginError } from '../../../src/slots/errors.ts';
import { MESSAGE, notifierContract } from '../../../test/contract/notifier.ts';
import { openNotifier, postingWorld } from '../../../test/support/notifier-world.ts';
import webhook from './index.ts';

const SECRET = `whsec_${Buffer.from('a secret of thirty-two bytes, ok').toString('base64')}`;
const open = () =>
  postingWorld(webhook, (url) => ({
    url: `${url}/hook`,
    secret: SECRET,
    headers: { 'x-team': 'web' },
  }));

notifierContract('webhook', open);

const kindOf = async (work: Promise<void>): Promise<unknown> =>
  work.then(
    () => 'sent',
    (error: unknown) => (error instanceof PluginError ? error.kind : error),
  );

describe('webhook', () => {
  let world: Awaited<ReturnType<typeof open>>;
  beforeEach(async () => {
    world = await open();
  });
  afterEach(() => world.close());
  const send = (key = 'k') => world.notifier.notify(MESSAGE, { priority: 'urgent', key });

  it('signs what it sends, so that the receiver can check it as Standard Webhooks says', async () => {
    await send('app-7:ci');
    const [posted] = world.inbox.taken;
    const id = String(posted?.headers['webhook-id']);
    const seconds = String(posted?.headers['webhook-timestamp']);
    const expected = createHmac('sha256', 'a secret of thirty-two bytes, ok')
      .update(`${id}.${seconds}.${posted?.body}`)
      .digest('base64');
    expect(posted?.headers['webhook-signature']).toBe(`v1,${expected}`);
    expect(Math.abs(Number(seconds) * 1000 - Date.now())).toBeLessThan(300_000);
    expect(posted?.headers['x-team']).toBe('web');
    expect(JSON.parse(posted?.body ?? '')).toMatchObject({
      type: 'notification',
      key: 'app-7:ci',
      priority: 'urgent',
      project: 'app',
      session: 'app-7',
      pr: { number: 3 },
    });
  });

  it('the same message keeps its id over tries, and arrives once', async () => {
    world.inbox.faults.push('break', { status: 503 });
    expect(await kindOf(send())).toBe('transient');
    expect(await kindOf(send())).toBe('transient');
    await send();
    await send();
    expect(world.inbox.taken).toHaveLength(1);
  });

  it.each([
    [429, 'transient'],
    [500, 'transient'],
    [401, 'auth'],
    [410, 'not_found'],
    [400, 'rejected'],
    [302, 'rejected'],
  ])('%i means %s', async (status, kind) => {
    world.inbox.faults.push({ status });
    expect(await kindOf(send())).toBe(kind);
  });

  it('waits as long as it is told to', async () => {
    world.inbox.faults.push({ status: 429, headers: { 'retry-after': '7' } });
    await expect(send()).rejects.toMatchObject({ retryAfter: 7_000 });
  });

  it('never names the address, which may hold a secret, in an error', async () => {
    world.inbox.faults.push({ status: 500 });
    await expect(send()).rejects.toThrow(/^the webhook at http:\/\/127\.0\.0\.1:\d+ answered 500/);
  });

  it('says when nothing is signed', async () => {
    const { notifier, close } = openNotifier(webhook, { url: 'http://127.0.0.1:1/hook' });
    expect(await notifier.doctor()).toMatchObject([{ level: 'warning' }]);
    close();
  });
});
