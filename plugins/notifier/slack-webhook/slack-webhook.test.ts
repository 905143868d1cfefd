import { expect, it } from 'vitest';
import { MESSAGE, notifierContract } from '../../../test/contract/notifier.ts';
import { blockProblems } from '../../../test/fakes/slack/block-kit.ts';
import { postingWorld } from '../../../test/support/notifier-world.ts';
import slackWebhook from './index.ts';

const open = () => postingWorld(slackWebhook, (url) => ({ url: `${url}/services/T/B/secret` }));

notifierContract('slack-webhook', open);

it('sends blocks that Slack takes, with buttons, and no mention in anybody’s text', async () => {
  const world = await open();
  await world.notifier.notify(
    { ...MESSAGE, text: '<!channel> <@U1> & co', next: 'x'.repeat(4_000) },
    { priority: 'action', key: 'k' },
  );
  const body = JSON.parse(world.inbox.taken[0]?.body ?? '') as { text: string; blocks: unknown[] };
  expect(blockProblems(body.blocks, 'message')).toEqual([]);
  expect(JSON.stringify(body)).not.toContain('<!channel>');
  expect(JSON.stringify(body)).not.toContain('<@U1>');
  expect(JSON.stringify(body.blocks.at(-1))).toContain(MESSAGE.pr?.url);
  await world.close();
});
