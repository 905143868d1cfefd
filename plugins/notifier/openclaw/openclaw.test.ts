import { expect, it } from 'vitest';
import { MESSAGE, notifierContract } from '../../../test/contract/notifier.ts';
import { httpInbox } from '../../../test/fakes/http-inbox.ts';
import { postingWorld } from '../../../test/support/notifier-world.ts';
import {
  memoryKeyValue,
  pluginContext,
  temporaryFolder,
} from '../../../test/support/plugin-context.ts';
import openclaw from './index.ts';

notifierContract('openclaw', () =>
  postingWorld(openclaw, (url) => ({ url: `${url}/hooks/agent`, token: 'tok' })),
);

/** A gateway, and ao in front of it; `again` is ao after a restart. */
async function world() {
  const inbox = await httpInbox();
  const folder = temporaryFolder('openclaw');
  const kv = memoryKeyValue();
  const config = openclaw.config.parse({ url: `${inbox.url}/hooks/agent`, token: 'tok' });
  const again = () =>
    openclaw.create(config, { ...pluginContext({ id: 'openclaw', folder: folder.path }), kv });
  return {
    inbox,
    again,
    kv,
    send: (notifier = again()) => notifier.notify(MESSAGE, { priority: 'urgent', key: 'k' }),
    async close() {
      folder.remove();
      await inbox.close();
    },
  };
}

it('asks for a run in the conversation of the session', async () => {
  const { inbox, send, close } = await world();
  await send();
  const [posted] = inbox.taken;
  expect(posted).toMatchObject({
    path: '/hooks/agent',
    headers: { authorization: 'Bearer tok' },
  });
  expect(JSON.parse(posted?.body ?? '')).toMatchObject({
    name: 'ao',
    sessionKey: 'hook:ao:app-7',
    wakeMode: 'now',
    deliver: true,
    message: expect.stringContaining('Everything is green.'),
  });
  await close();
});

it.each([
  [{ status: 429, headers: { 'retry-after': '7' } }, 'transient'],
  [{ status: 503 }, 'transient'],
  [{ status: 401 }, 'auth'],
  [{ status: 400 }, 'rejected'],
] as const)('%j was not taken, so the next try is sent', async (fault, kind) => {
  const { inbox, send, close } = await world();
  inbox.faults.push(fault);
  await expect(send()).rejects.toMatchObject({ kind });
  await send();
  expect(inbox.taken).toHaveLength(1);
  await close();
});

it.each(['break', { status: 500 }, { status: 502 }] as const)(
  '%j may have been taken: it is told and never repeated, also after a restart',
  async (fault) => {
    const { inbox, send, close } = await world();
    inbox.faults.push(fault);
    await expect(send()).rejects.toMatchObject({
      kind: 'rejected',
      code: 'AO_NOTIFIER_UNCLEAR',
    });
    await expect(send()).rejects.toMatchObject({ code: 'AO_NOTIFIER_UNCLEAR' });
    expect(inbox.taken).toHaveLength(0);
    await close();
  },
);

it('what was under way when ao ended is not sent again', async () => {
  const { inbox, send, kv, close } = await world();
  kv.set('sent:k', { outcome: 'begun', at: Date.now() });
  await expect(send()).rejects.toMatchObject({ code: 'AO_NOTIFIER_UNCLEAR' });
  expect(inbox.taken).toHaveLength(0);
  await close();
});

it('a gateway that is down is tried again', async () => {
  const { inbox, send, close } = await world();
  await inbox.close();
  await expect(send()).rejects.toMatchObject({ kind: 'transient' });
  await expect(send()).rejects.toMatchObject({ kind: 'transient' });
  await close();
});
