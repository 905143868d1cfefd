import { type IncomingMessage, request } from 'node:http';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADMIN, type FakeHttp, fakeHttp } from '../../test/fakes/fake-http-deps.ts';
import { sessionView } from '../../test/fakes/views.ts';
import { until } from '../../test/support/until.ts';
import { systemClock } from '../lib/clock.ts';
import { whisperId } from '../slots/message-store.ts';
import { nextChanges } from './change-feed.ts';
import { createHttp } from './create-http.ts';
import type { Change, ChangeSource } from './deps.ts';
import { type Listening, listen, PortInUse } from './listen.ts';

let world: FakeHttp;
let server: Listening;
const closers: Array<() => void> = [];

beforeEach(async () => {
  world = fakeHttp();
  server = await listen(createHttp(world.deps).app, { port: 0, host: '127.0.0.1' });
});

afterEach(async () => {
  for (const close of closers.splice(0)) close();
  await server.close();
});

interface Client {
  text(): string;
  /** `event id` of each frame that has data. */
  frames(): readonly string[];
  ended(): boolean;
  close(): void;
}

async function connect(
  headers: Record<string, string> = {},
  path = '/api/events',
): Promise<Client> {
  const state = { text: '', ended: false };
  const outgoing = request(
    {
      host: '127.0.0.1',
      port: server.port,
      path,
      headers: { authorization: `Bearer ${ADMIN}`, ...headers },
    },
    (response) => {
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        state.text += chunk;
      });
      response.on('close', () => {
        state.ended = true;
      });
    },
  );
  outgoing.on('error', () => {
    state.ended = true;
  });
  outgoing.end();
  closers.push(() => outgoing.destroy());
  await until(() => state.text.includes('retry:'), 5000, 'the stream');
  return {
    text: () => state.text,
    frames: () =>
      [...state.text.matchAll(/event: (\w+)\n(?:id: (\d+)\n)?data:/g)].map((match) =>
        `${match[1]} ${match[2] ?? ''}`.trim(),
      ),
    ended: () => state.ended,
    close: () => outgoing.destroy(),
  };
}

const message = (id: string) => ({
  id,
  channel: 'general',
  thread: null,
  session: null,
  key: null,
  author: { subject: 'web:local', name: 'you', bot: false },
  text: id,
  message: null,
  at: 1,
});

describe('GET /api/events', () => {
  it('tells of a private message only its reader, and moves the others on', async () => {
    const client = await connect();
    world.deps.messages.insert(message(whisperId('web:somebody', 'w1')));
    world.deps.messages.insert(message(whisperId('web:local', 'w2')));
    await until(() => client.frames().length === 1);
    expect(client.frames()).toEqual(['message 2']);
    expect(client.text()).toContain('id: 1\n\n');
    expect(client.text()).not.toContain('somebody');
  });

  it('sends every kind of change as it is committed, in order', async () => {
    const client = await connect();
    world.commit('session', sessionView({ title: 'two\nlines' }));
    world.deps.messages.insert(message('m1'));
    world.commit('event', { text: 'x' });
    await until(() => client.frames().length === 3);
    expect(client.frames()).toEqual(['session 1', 'message 2', 'event 3']);
    expect(client.text()).toContain('"title":"two\\nlines"');
  });

  it('replays after Last-Event-ID, then goes on live', async () => {
    for (const title of ['a', 'b', 'c']) world.commit('session', sessionView({ title }));
    const client = await connect({ 'last-event-id': '1' });
    await until(() => client.frames().length === 2);
    world.commit('event', { text: 'live' });
    await until(() => client.frames().length === 3);
    expect(client.frames()).toEqual(['session 2', 'session 3', 'event 4']);
  });

  it('replays more than one batch without a gap', async () => {
    for (let n = 0; n < 450; n += 1) {
      if (n % 3 === 0) world.deps.messages.insert(message(`m${n}`));
      else world.commit(n % 3 === 1 ? 'session' : 'event', { n });
    }
    const client = await connect({}, '/api/events?after=0');
    await until(() => client.frames().length === 450);
    expect(client.frames().map((frame) => Number(frame.split(' ')[1]))).toEqual(
      Array.from({ length: 450 }, (_, n) => n + 1),
    );
  });

  it('without an id starts now and gives the id to come back with', async () => {
    world.commit('session', sessionView());
    const client = await connect();
    expect(client.text()).toBe('retry: 2000\nid: 1\n\n');
  });

  it.each(['99', '-1', 'abc', '1e3'])(
    'an id that makes no sense here (%s) means: fetch everything again',
    async (id) => {
      world.commit('session', sessionView());
      const client = await connect({ 'last-event-id': id });
      expect(client.text()).toBe('retry: 2000\nevent: reset\ndata: {}\nid: 1\n\n');
    },
  );

  it('too far behind means the same', async () => {
    for (let n = 0; n < 5002; n += 1) world.commit('event', { n });
    expect((await connect({ 'last-event-id': '1' })).text()).toContain('event: reset');
  });

  it('forgets a client that left', async () => {
    const client = await connect();
    expect(world.subscribers()).toBe(1);
    client.close();
    await until(() => world.subscribers() === 0, 5000, 'unsubscribing');
  });
});

describe('with a clock in hand', () => {
  it('a quiet stream says that it is alive, and a client that reads nothing is dropped', async () => {
    const timers: Array<{ delay: number; fn: () => void; cancelled: boolean }> = [];
    const clock = {
      now: systemClock.now,
      after(delay: number, fn: () => void) {
        const timer = { delay, fn, cancelled: false };
        timers.push(timer);
        return {
          cancel() {
            timer.cancelled = true;
          },
        };
      },
    };
    const fire = (delay: number): boolean => {
      const due = timers.filter((timer) => timer.delay === delay && !timer.cancelled);
      for (const timer of due) {
        timer.cancelled = true;
        timer.fn();
      }
      return due.length > 0;
    };
    await server.close();
    world = fakeHttp({}, { clock });
    server = await listen(createHttp(world.deps).app, { port: 0, host: '127.0.0.1' });

    const client = await connect();
    await until(() => fire(15_000));
    await until(() => client.text().includes(': still here'));

    // A reader that takes nothing: the kernel's and the server's buffers fill up, then a write stays open.
    const received: IncomingMessage[] = [];
    const stuck = request(
      {
        host: '127.0.0.1',
        port: server.port,
        path: '/api/events',
        headers: { authorization: `Bearer ${ADMIN}` },
      },
      (response) => {
        response.pause();
        received.push(response);
        response.on('error', () => {});
      },
    );
    stuck.on('error', () => {});
    stuck.end();
    closers.push(() => stuck.destroy());
    await until(() => world.subscribers() === 2, 5000, 'the second client');
    client.close();
    await until(() => world.subscribers() === 1, 5000, 'the first client leaving');
    const big = 'x'.repeat(1_000_000);
    for (let n = 0; n < 60; n += 1) world.commit('event', { big });
    // The heartbeat after the first write finds the way blocked. The same write is still open at the next look.
    let before: unknown = null;
    await until(
      () => {
        const open = fire(15_000)
          ? undefined
          : timers.find((timer) => timer.delay === 30_000 && !timer.cancelled);
        const stays = open !== undefined && open === before;
        before = open;
        return stays;
      },
      5000,
      'a write that stays open',
    );
    fire(30_000);
    await until(() => world.subscribers() === 0, 5000, 'the stuck client being dropped');
    const [response] = received;
    response?.resume();
    await until(() => response?.closed, 5000, 'the connection being closed');
    expect(response?.complete).toBe(false);
  });
});

describe('changes of several sources', () => {
  it('come in order, once each, whatever the pages are', () => {
    const split = fc.array(fc.constantFrom(0, 1, 2), { maxLength: 60 });
    fc.assert(
      fc.property(split, fc.integer({ min: 1, max: 7 }), (owners, limit) => {
        const changes = owners.map((owner, index) => ({
          owner,
          change: { type: 'event', seq: index + 1, data: {} } as unknown as Change,
        }));
        const sources: ChangeSource[] = [0, 1, 2].map((owner) => ({
          after: (seq, most) =>
            changes
              .filter((one) => one.owner === owner && one.change.seq > seq)
              .map((one) => one.change)
              .slice(0, most),
        }));
        const seen: number[] = [];
        for (
          let cursor = 0, batch = nextChanges(sources, 0, limit);
          batch.length > 0;
          batch = nextChanges(sources, cursor, limit)
        ) {
          seen.push(...batch.map((change) => change.seq));
          cursor = batch.at(-1)?.seq ?? cursor;
        }
        expect(seen).toEqual(changes.map((one) => one.change.seq));
      }),
    );
  });
});

describe('a port that is taken', () => {
  it('is told with what to do', async () => {
    const again = listen(createHttp(world.deps).app, { port: server.port, host: '127.0.0.1' });
    await expect(again).rejects.toThrow(PortInUse);
    await expect(again).rejects.toThrow(`Port ${server.port} on 127.0.0.1 is in use.`);
  });
});
