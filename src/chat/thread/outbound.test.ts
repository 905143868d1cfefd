import { beforeEach, describe, expect, it } from 'vitest';
import { HEAD, NOW, prView, sessionView } from '../../../test/fakes/views.ts';
import type { ChatMessage, ChatPlugin, MessageRef, ThreadRef } from '../../slots/chat.ts';
import { notFound, type PluginError } from '../../slots/errors.ts';
import { button, buttons, post } from '../words/message.ts';
import type { FadePayload, UpdatePayload } from './chat-job.ts';
import { fadingButtons } from './fading-buttons.ts';
import { outboundHandlers } from './outbound.ts';
import type { OutboundDeps, OutboundHandler, StoredThreadRef } from './outbound-deps.ts';

const PLATFORM = 'chat';
const thread: ThreadRef = { platform: PLATFORM, channel: 'c', thread: 't', root: 'r' };
const refOf = (message: string): MessageRef => ({
  platform: PLATFORM,
  channel: 'c',
  thread: 't',
  message,
});

describe('what goes out', () => {
  let stored: StoredThreadRef;
  let there: boolean;
  let mayReopen: boolean;
  let reopened: number;
  let posts: Map<string, { ref: MessageRef; message: ChatMessage }>;
  let waiting: Array<UpdatePayload | FadePayload>;
  let sent: [string, ChatMessage][];
  let handlers: ReturnType<typeof outboundHandlers>;

  beforeEach(() => {
    [stored, there, mayReopen, reopened, sent] = [
      { channel: 'c', thread: 't', root: 'r', cardHash: null },
      true,
      true,
      0,
      [],
    ];
    posts = new Map();
    waiting = [];
    const orGone = async (message: string, content: ChatMessage): Promise<void> => {
      if (!there) throw notFound('AO_GONE', 'gone');
      sent.push([message, content]);
    };
    const plugin = {
      platform: PLATFORM,
      capabilities: { editInterval: 10 },
      hasThread: async () => there,
      update: (ref: MessageRef, content: ChatMessage) => orGone(ref.message, content),
      async post(_thread: ThreadRef, message: ChatMessage, key: string) {
        await orGone(key, message);
        return refOf(key);
      },
    } as unknown as ChatPlugin;
    const deps: OutboundDeps = {
      plugin: () => plugin,
      view: () => sessionView(),
      thread: () => stored,
      setThread(_session, _platform, change) {
        stored = { ...stored, ...change };
      },
      refreshCard: () => {},
      posted: (key) => (posts.has(key) ? { key, ref: posts.get(key)?.ref ?? refOf(key) } : null),
      posts: () => [...posts].map(([key, made]) => ({ key, ...made })),
      waiting: () => waiting,
      changed: (key, message) =>
        void posts.set(key, { ref: posts.get(key)?.ref ?? refOf(key), message }),
      reopen: () => {
        if (mayReopen) reopened += 1;
        return mayReopen;
      },
      threadLink: () => null,
      links: () => ({ terminal: () => null }),
      now: () => NOW,
      redact: (text) => text,
    };
    handlers = outboundHandlers(deps);
  });

  const run = async (type: keyof typeof handlers, payload: object): Promise<void> => {
    const handler: OutboundHandler = handlers[type];
    (
      await handler.run({
        key: `${type}:1`,
        session: 'app-7',
        payload: { platform: PLATFORM, ...payload },
        attempts: 1,
        inDoubt: false,
      })
    ).commit?.();
  };
  const opened = post(
    'opened',
    'opened',
    buttons([
      button('Diff', 'diff', 'app-7'),
      button('Approve', 'approve', 'app-7', `${HEAD}~main`),
    ]),
  );

  it('waits for a thread longer and longer, so that an outage of hours loses no post', async () => {
    stored = { ...stored, thread: null };
    let waited = 0;
    for (let attempts = 1; attempts < handlers['chat.post'].maxAttempts; attempts += 1) {
      const job = {
        key: 'chat.post:1',
        session: 'app-7',
        payload: { platform: PLATFORM, message: opened },
        attempts,
        inDoubt: false,
      };
      const error: unknown = await handlers['chat.post']
        .run(job)
        .catch((thrown: unknown) => thrown);
      waited += (error as PluginError).retryAfter ?? 0;
    }
    expect(waited).toBeGreaterThan(6 * 3_600_000);
  });

  it('takes void buttons off the posts they stand on, once, and says why', async () => {
    posts.set('p1', { ref: refOf('m1'), message: { ...opened, mention: ['chat:dana'] } });
    posts.set('p2', { ref: refOf('m2'), message: post('other', 'other') });
    const [fading] = fadingButtons(
      { event: { type: 'pr.pushed', pr: 'local:app#118', sha: '77aa0f1' }, at: NOW },
      {
        session: sessionView({ pr: prView({ headSha: '77aa0f1' }) }),
        replaced: [{ headSha: HEAD, base: 'main' }],
        requests: [],
      },
    );
    await run('chat.fade', { ...fading });
    expect(sent).toEqual([
      [
        'm1',
        {
          text: 'opened',
          kind: 'post',
          blocks: [
            { type: 'text', text: 'opened' },
            { type: 'context', text: 'app-7 moved on to 77aa0f1.' },
            { type: 'buttons', buttons: [button('Diff', 'diff', 'app-7')] },
          ],
        },
      ],
    ]);
    await run('chat.fade', { ...fading });
    expect(sent).toHaveLength(1);
  });

  it('posts what waited for long as it is by now', async () => {
    waiting = [
      { platform: PLATFORM, of: 'another', message: post('another', 'another') },
      {
        platform: PLATFORM,
        buttons: [button('Approve', 'approve', 'app-7', `${HEAD}~main`).id],
        note: 'app-7 moved on.',
      },
    ];
    await run('chat.post', { message: opened });
    expect(sent[0]?.[1].blocks.slice(1)).toEqual([
      { type: 'context', text: 'app-7 moved on.' },
      { type: 'buttons', buttons: [button('Diff', 'diff', 'app-7')] },
    ]);
    waiting.push({ platform: PLATFORM, of: 'chat.post:1', message: post('over', 'over') });
    await run('chat.post', { message: opened });
    expect(sent[1]?.[1].text).toBe('over');
  });

  it('waits for a new thread when somebody deleted it, and is refused when that happened before', async () => {
    there = false;
    await expect(run('chat.post', { message: opened })).rejects.toMatchObject({
      kind: 'transient',
      code: 'AO_CHAT_NO_THREAD',
    });
    await expect(run('chat.card', {})).rejects.toMatchObject({ kind: 'transient' });
    await run('chat.check', {});
    expect(reopened).toBe(3);
    mayReopen = false;
    await expect(run('chat.post', { message: opened })).rejects.toMatchObject({
      kind: 'not_found',
    });
  });

  it('draws a card again only for what changed, not because time went by', async () => {
    await run('chat.card', {});
    await run('chat.card', {});
    expect(sent.map(([message]) => message)).toEqual([thread.root]);
  });
});
