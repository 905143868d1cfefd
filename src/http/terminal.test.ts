import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import {
  ADMIN,
  type FakeHttp,
  fakeHttp,
  ORCHESTRATOR,
  WORKER,
} from '../../test/fakes/fake-http-deps.ts';
import { DANA, NOW, sessionView } from '../../test/fakes/views.ts';
import { manualClock } from '../../test/support/manual-clock.ts';
import { until } from '../../test/support/until.ts';
import type { Commands } from '../commands/commands.ts';
import { err } from '../lib/result.ts';
import { createHttp, type Http } from './create-http.ts';
import { type Listening, listen } from './listen.ts';
import { parseResize } from './terminal.ts';

let world: FakeHttp;
let http: Http;
let server: Listening;
const opened: WebSocket[] = [];

/** `cat` for writing; looking only runs a program that tells its size when it changes. */
const attach = {
  argv: ['cat'],
  readOnlyArgv: ['sh', '-c', 'trap "stty size" WINCH; echo ready; while :; do sleep 0.05; done'],
};

beforeEach(async () => {
  world = fakeHttp({ attach });
  http = createHttp(world.deps);
  server = await listen(http.app, { port: 0, host: '127.0.0.1' });
});

afterEach(async () => {
  for (const socket of opened.splice(0)) socket.terminate();
  await server.close();
});

interface Terminal {
  readonly socket: WebSocket;
  screen(): string;
  closed(): { code: number; reason: string } | null;
}

async function open(
  query: string,
  headers: Record<string, string> = { authorization: `Bearer ${ADMIN}` },
): Promise<Terminal> {
  const socket = new WebSocket(
    `ws://127.0.0.1:${server.port}/api/sessions/app-7/terminal${query}`,
    { headers },
  );
  opened.push(socket);
  const state: { screen: string; closed: { code: number; reason: string } | null } = {
    screen: '',
    closed: null,
  };
  socket.on('message', (data: Buffer) => {
    state.screen += data.toString();
  });
  socket.on('close', (code, reason) => {
    state.closed = { code, reason: reason.toString() };
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('unexpected-response', (_request, response) =>
      reject(new Error(`status ${response.statusCode}`)),
    );
    socket.once('error', reject);
  });
  return { socket, screen: () => state.screen, closed: () => state.closed };
}

describe('the terminal socket', () => {
  it('passes bytes both ways in write mode', async () => {
    const terminal = await open('?mode=write');
    // The pty may not be there yet: what is typed is echoed once it is.
    await until(() => {
      terminal.socket.send(Buffer.from('grüße\n'));
      return terminal.screen().includes('grüße\r\ngrüße');
    });
  });

  it('ignores what is typed in read mode', async () => {
    const terminal = await open('');
    await until(() => terminal.screen().includes('ready'));
    terminal.socket.send(Buffer.from('typed\n'));
    terminal.socket.send(JSON.stringify({ type: 'resize', cols: 101, rows: 33 }));
    await until(() => terminal.screen().includes('33 101'));
    expect(terminal.screen()).not.toContain('typed');
  });

  it('takes the size of the page, and no nonsense', async () => {
    const terminal = await open('');
    await until(() => terminal.screen().includes('ready'));
    for (const text of [
      '{',
      'null',
      '{"type":"resize","cols":-1,"rows":5}',
      '{"type":"resize","cols":1e9,"rows":5}',
      '{"type":"resize","cols":"80","rows":24}',
    ]) {
      expect(parseResize(text)).toBeNull();
      terminal.socket.send(text);
    }
    terminal.socket.send(JSON.stringify({ type: 'resize', cols: 120, rows: 40 }));
    await until(() => terminal.screen().includes('40 120'));
  });

  it('closes when the session ends', async () => {
    const terminal = await open('?mode=write');
    world.fake.world.sessions = [
      sessionView({ outcome: { cause: 'killed', by: DANA, reason: null }, endedAt: NOW }),
    ];
    world.commit('session', world.fake.world.sessions[0]);
    await until(() => terminal.closed() !== null);
    expect(terminal.closed()).toEqual({ code: 1000, reason: 'the session ended' });
    expect(world.subscribers()).toBe(0);
  });

  // threat: a person whose right was taken away by a changed configuration has a terminal open | it closes, also where nothing happens in it
  it.each(['?mode=write', ''])('"%s" closes when the right is gone', async (query) => {
    const clock = manualClock(NOW);
    await server.close();
    world = fakeHttp({ attach }, { clock });
    server = await listen(createHttp(world.deps).app, { port: 0, host: '127.0.0.1' });
    const terminal = await open(query);
    clock.advance(15_000);
    expect(world.subscribers()).toBe(1);
    world.fake.refuse('may', 'AO_ACCESS_DENIED', 'You may not.');
    terminal.socket.send(Buffer.from('typed\n'));
    clock.advance(15_000);
    await until(() => terminal.closed() !== null);
    expect(terminal.closed()).toEqual({ code: 1000, reason: 'signed out' });
    expect(terminal.screen()).not.toContain('typed');
    expect(world.subscribers()).toBe(0);
  });

  it('closes when the program ends, and ends the program when the page leaves', async () => {
    const first = await open('?mode=write');
    await until(() => {
      if (first.closed() === null) first.socket.send(Buffer.from([4]));
      return first.closed() !== null;
    });
    expect(first.closed()?.reason).toBe('the terminal closed');
    const second = await open('?mode=write');
    second.socket.close();
    await until(() => world.subscribers() === 0);
  });

  it('opens only so many at once, and gives the place back', async () => {
    const first = await open('');
    await open('');
    await expect(open('')).rejects.toThrow('status 503');
    first.socket.close();
    await until(() =>
      open('').then(
        () => true,
        () => false,
      ),
    );
  });
});

describe('the door of the terminal', () => {
  const refused = (query: string, headers: Record<string, string>): Promise<string> =>
    open(query, headers).then(
      () => 'opened',
      (error: Error) => error.message,
    );

  it('is closed to everybody without a token, and to agents', async () => {
    expect(await refused('', {})).toBe('status 401');
    expect(await refused('', { authorization: `Bearer ${WORKER}` })).toBe('status 403');
    expect(await refused('', { authorization: `Bearer ${ORCHESTRATOR}` })).toBe('status 403');
  });

  it('opens to the page by its cookie, only from its own origin', async () => {
    const login = await fetch(`http://127.0.0.1:${server.port}${http.loginPath()}`, {
      redirect: 'manual',
    });
    const cookie = (login.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const origin = `http://127.0.0.1:${server.port}`;
    const answer = await fetch(`${origin}/api/ticket`, {
      method: 'POST',
      headers: {
        cookie,
        origin,
        'x-ao-page-key': (login.headers.get('location') ?? '').replace('/#key=', ''),
      },
    });
    const { ticket } = (await answer.json()) as { ticket: string };
    expect(await refused(`?ticket=${ticket}`, { cookie })).toBe('status 403');
    expect(await refused(`?ticket=${ticket}`, { cookie, origin: 'http://evil.test' })).toBe(
      'status 403',
    );
    expect(await refused(`?ticket=${ticket}`, { cookie, origin })).toBe('opened');
  });

  it('refuses a foreign Host', async () => {
    expect(await refused('', { authorization: `Bearer ${ADMIN}`, host: 'evil.test' })).toBe(
      'status 421',
    );
  });

  it('asks whether the person may type, only for typing', async () => {
    await server.close();
    world = fakeHttp({ attach });
    const { terminal } = world.fake.commands;
    const commands: Commands = {
      ...world.fake.commands,
      terminal: async (actor, session, mode) =>
        mode === 'write'
          ? err({ code: 'AO_ACCESS_DENIED', message: 'You may only look.' })
          : terminal(actor, session, mode),
    };
    server = await listen(createHttp({ ...world.deps, commands }).app, {
      port: 0,
      host: '127.0.0.1',
    });
    const admin = { authorization: `Bearer ${ADMIN}` };
    expect(await refused('?mode=write', admin)).toBe('status 403');
    expect(await refused('?mode=read', admin)).toBe('opened');
    expect(await refused('?mode=own', admin)).toBe('status 400');
  });

  it('is closed for a session that is over', async () => {
    world.fake.world.sessions = [
      sessionView({ outcome: { cause: 'done', by: DANA, reason: null } }),
    ];
    expect(await refused('', { authorization: `Bearer ${ADMIN}` })).toBe('status 409');
  });
});
