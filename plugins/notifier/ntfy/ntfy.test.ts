import { expect, it } from 'vitest';
import { MESSAGE, notifierContract } from '../../../test/contract/notifier.ts';
import { openNotifier, postingWorld } from '../../../test/support/notifier-world.ts';
import ntfy from './index.ts';

const open = () => postingWorld(ntfy, (server) => ({ server, topic: 'ao-7f3k', token: 'tk_1' }));

notifierContract('ntfy', open);

it('publishes JSON to the server with priority, tag, click and buttons, as ntfy reads it', async () => {
  const world = await open();
  await world.notifier.notify(MESSAGE, { priority: 'urgent', key: 'k' });
  const [posted] = world.inbox.taken;
  expect(posted?.path).toBe('/');
  expect(posted?.headers.authorization).toBe('Bearer tk_1');
  expect(JSON.parse(posted?.body ?? '')).toMatchObject({
    topic: 'ao-7f3k',
    priority: 5,
    tags: ['rotating_light'],
    click: MESSAGE.url,
    actions: [
      { action: 'view', url: MESSAGE.url },
      { action: 'view', url: MESSAGE.pr?.url },
    ],
  });
  await world.close();
});

it('keeps a long message below the size at which ntfy makes a file of it', async () => {
  const world = await open();
  await world.notifier.notify(
    { ...MESSAGE, text: '日'.repeat(5_000) },
    { priority: 'info', key: 'k' },
  );
  const { message } = JSON.parse(world.inbox.taken[0]?.body ?? '') as { message: string };
  expect(Buffer.byteLength(message)).toBeLessThan(4_096);
  await world.close();
});

it('warns of a public topic', async () => {
  const { notifier, close } = openNotifier(ntfy, { topic: 'ao' });
  expect(await notifier.doctor()).toMatchObject([{ level: 'warning' }]);
  close();
});
