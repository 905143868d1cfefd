import { expect, it } from 'vitest';
import { MESSAGE, notifierContract } from '../../../test/contract/notifier.ts';
import { postingWorld } from '../../../test/support/notifier-world.ts';
import discordWebhook from './index.ts';

const open = () =>
  postingWorld(discordWebhook, (url) => ({ url: `${url}/api/webhooks/1/token?thread_id=9` }));

notifierContract('discord-webhook', open);

it('waits for Discord’s answer, mentions nobody and stays inside the limits', async () => {
  const world = await open();
  const text = `@everyone <@1> ${'y'.repeat(6_000)}`;
  await world.notifier.notify(
    { ...MESSAGE, title: 't'.repeat(400), text, next: 'n'.repeat(3_000) },
    { priority: 'warning', key: 'k' },
  );
  const [posted] = world.inbox.taken;
  expect(posted?.path).toBe('/api/webhooks/1/token?thread_id=9&wait=true');
  const body = JSON.parse(posted?.body ?? '') as {
    allowed_mentions: unknown;
    embeds: ReadonlyArray<{
      title: string;
      description: string;
      fields: ReadonlyArray<{ name: string; value: string }>;
      footer: { text: string };
    }>;
  };
  expect(body.allowed_mentions).toEqual({ parse: [] });
  const [embed] = body.embeds;
  expect(embed?.title.length).toBeLessThanOrEqual(256);
  expect(embed?.description.length).toBeLessThanOrEqual(4_096);
  for (const field of embed?.fields ?? []) expect(field.value.length).toBeLessThanOrEqual(1_024);
  const total = [
    embed?.title,
    embed?.description,
    embed?.footer.text,
    ...(embed?.fields ?? []).flatMap((field) => [field.name, field.value]),
  ].join('').length;
  expect(total).toBeLessThanOrEqual(6_000);
  await world.close();
});
