import { expect, it } from 'vitest';
import { MESSAGE, notifierContract } from '../../../test/contract/notifier.ts';
import { openNotifier, postingWorld } from '../../../test/support/notifier-world.ts';
import composio from './index.ts';

const TAKEN = JSON.stringify({ successful: true, data: { ts: '1.2' }, error: null });
const BASE = { apiKey: 'ak_1', userId: 'acme' };
const open = async (settings: object = { app: 'slack', channel: '#agents' }) => {
  const world = await postingWorld(composio, (server) => ({ ...BASE, server, ...settings }));
  world.inbox.answer = TAKEN;
  return world;
};

notifierContract('composio', open);

it.each([
  [
    { app: 'slack', channel: '#agents' },
    'SLACK_SEND_MESSAGE',
    {
      channel: '#agents',
      text: expect.stringMatching(/^Approve the merge\nEverything is green\./),
    },
  ],
  [
    { app: 'discord', channel: '123' },
    'DISCORDBOT_CREATE_MESSAGE',
    { channel_id: '123', content: expect.stringContaining('Everything is green.') },
  ],
  [
    { app: 'gmail', emailTo: 'ops@example.com' },
    'GMAIL_SEND_EMAIL',
    {
      recipient_email: 'ops@example.com',
      subject: 'Approve the merge',
      body: expect.stringContaining('Everything is green.'),
    },
  ],
  [
    {
      tool: 'TRELLO_ADD_CARDS',
      arguments: {
        name: '{{title}}',
        tags: ['{{project}}', '{{other}}'],
        at: { url: '{{url}}', n: 1 },
      },
    },
    'TRELLO_ADD_CARDS',
    {
      name: 'Approve the merge',
      tags: ['app', '{{other}}'],
      at: { url: MESSAGE.url, n: 1 },
    },
  ],
])('%j executes the tool %s', async (settings, slug, given) => {
  const world = await open(settings);
  await world.notifier.notify(MESSAGE, { priority: 'action', key: 'k' });
  const [posted] = world.inbox.taken;
  expect(posted?.path).toBe(`/api/v3/tools/execute/${slug}`);
  expect(posted?.headers['x-api-key']).toBe('ak_1');
  expect(JSON.parse(posted?.body ?? '')).toEqual({ user_id: 'acme', arguments: given });
  await world.close();
});

it('names the account where several are connected', async () => {
  const world = await open({ app: 'slack', channel: 'C1', connectedAccountId: 'ca_9' });
  await world.notifier.notify(MESSAGE, { priority: 'info', key: 'k' });
  expect(JSON.parse(world.inbox.taken[0]?.body ?? '')).toMatchObject({
    connected_account_id: 'ca_9',
  });
  await world.close();
});

it.each([
  [
    JSON.stringify({ successful: false, error: 'channel_not_found', data: {} }),
    /did not send the message: channel_not_found/,
  ],
  [
    JSON.stringify({ data: 'x'.repeat(20_000), successful: false, error: { code: 7 } }),
    /did not send the message: \{"code":7\}/,
  ],
  ['<html>', /doesn't say whether the message was sent/],
])('a 200 that is no receipt is told and not taken for one', async (answer, message) => {
  const world = await open();
  world.inbox.answer = answer;
  await expect(
    world.notifier.notify(MESSAGE, { priority: 'info', key: 'k' }),
  ).rejects.toMatchObject({ kind: 'rejected', message: expect.stringMatching(message) });
  await world.close();
});

it.each([
  [{}, 'expected either app or tool'],
  [{ app: 'slack', tool: 'X' }, 'expected either app or tool'],
  [{ app: 'slack' }, 'slack needs a channel'],
  [{ app: 'gmail' }, 'gmail needs an address'],
  [{ app: 'slack', channel: 'c', arguments: {} }, 'belongs to tool'],
])('%j is refused when the configuration is read', (settings, message) => {
  expect(() => openNotifier(composio, { ...BASE, ...settings })).toThrow(message);
});
