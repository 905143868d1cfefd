import { expect, onTestFinished, test } from 'vitest';
import { lifecycleWorld } from '../../test/support/lifecycle-world.ts';
import { inboxStore } from '../db/inbox-store.ts';
import { enqueue } from '../db/outbox-store.ts';
import { createOutbox } from '../lifecycle/outbox.ts';
import type { ChatPlugin } from '../slots/chat.ts';
import { rejected, transient } from '../slots/errors.ts';
import { examineBot } from './bot-doctor.ts';

const chat = (platform: string, doctor: ChatPlugin['doctor']): ChatPlugin =>
  ({ platform, doctor }) as ChatPlugin;

test('the bot tells what was lost, what waits, what is not dealt with, and how its platforms are', async () => {
  const world = lifecycleWorld();
  const { db, clock } = world;
  const examined = (...chats: readonly ChatPlugin[]) =>
    examineBot({ db, chats, now: clock.now() }).then((findings) =>
      findings.map(({ level, what }) => `${level}: ${what}`),
    );
  expect(await examined()).toEqual(['ok: Nothing was lost in the last day, and nothing waits.']);

  for (const [key, lane] of [
    ['refused', 'chat:slack:app-1'],
    ['waits', 'chat:slack:app-2'],
  ] as const)
    enqueue(db, { key, lane, session: null, type: 'chat.post', payload: {} }, clock.now());
  const outbox = createOutbox({
    db,
    clock,
    together: world.dispatch.together,
    logger: world.logger,
    handlers: {
      'chat.post': {
        failed() {},
        async run({ key }) {
          throw key === 'refused'
            ? rejected('AO_SLACK_IS_ARCHIVED', 'the channel is archived')
            : transient('AO_SLACK_DOWN', 'nobody answers', { retryAfter: 600_000 });
        },
      },
    },
  });
  outbox.start();
  onTestFinished(() => outbox.stop());
  await outbox.idle();
  const inbox = inboxStore(db, 'slack', () => clock.now());
  inbox.take({ id: 'Ev1', lane: 'C1', body: {}, at: clock.now() - 120_000 });
  inbox.take({ id: 'Ev2', lane: 'C1', body: {}, at: clock.now() });
  const told = await examined(
    chat('slack', async () => [{ level: 'error', what: 'the token was revoked', fix: null }]),
    chat('discord', async () => {
      throw new Error('no answer');
    }),
  );
  expect(told).toEqual([
    'error: slack: the token was revoked',
    expect.stringMatching(/^warning: discord could not be looked at: .*no answer/),
    expect.stringMatching(/^warning: lost at .*chat\.post: the channel is archived/),
    expect.stringMatching(/^warning: 1 effect waits in chat:slack:app-2: nobody answers/),
    expect.stringMatching(/^warning: slack: what came in at .*\(Ev1\) is not dealt with yet/),
  ]);
  inbox.done('Ev1');
  expect((await examined()).join()).not.toContain('Ev1');
});
