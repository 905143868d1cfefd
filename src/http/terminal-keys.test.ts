/** The terminal socket in front of a real tmux server: whatever a browser sends reaches the agent, and nothing else. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { type TmuxHarness, tmuxHarness } from '../../plugins/shared/tmux/tmux-harness.ts';
import { ADMIN, fakeHttp } from '../../test/fakes/fake-http-deps.ts';
import {
  answersOfTerminals,
  defaultTmuxKeys,
  mouseSequences,
} from '../../test/support/tmux-keys.ts';
import { until } from '../../test/support/until.ts';
import { createHttp } from './create-http.ts';
import { type Listening, listen } from './listen.ts';

let tmux: TmuxHarness;
let server: Listening;
let heard: string;
let canary: string;
const sockets: WebSocket[] = [];

/** Keeps every byte it gets, in raw mode and with the mouse reported, as agents do. */
const READER = `const fs = require('fs');
process.stdin.setRawMode(true);
process.stdout.write('\\x1b[?1000h\\x1b[?1006h\\x1b[?2004hready');
process.stdin.on('data', (data) => fs.appendFileSync(process.argv[1], data));`;

beforeEach(async () => {
  tmux = await tmuxHarness();
  heard = join(tmux.cwd, 'heard');
  canary = join(tmux.cwd, 'canary');
  writeFileSync(heard, '');
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await server?.close();
  await tmux.dispose();
});

async function agent(): Promise<string> {
  const { handle } = await tmux.runtime.create(
    tmux.spec('app-7', ['node', '-e', READER, heard], { env: { PATH: process.env.PATH ?? '' } }),
  );
  await until(async () => (await tmux.runtime.capture(handle, 50)).includes('ready'));
  return handle;
}

async function open(handle: string, mode: 'read' | 'write'): Promise<WebSocket> {
  const world = fakeHttp({ attach: tmux.runtime.attach(handle) });
  server = await listen(createHttp(world.deps).app, { port: 0, host: '127.0.0.1' });
  const socket = new WebSocket(
    `ws://127.0.0.1:${server.port}/api/sessions/app-7/terminal?mode=${mode}`,
    { headers: { authorization: `Bearer ${ADMIN}` } },
  );
  sockets.push(socket);
  let screen = '';
  socket.on('message', (data: Buffer) => {
    screen += data.toString();
  });
  await until(() => screen.includes('ready'), 10_000, 'the screen');
  return socket;
}

/** Everything of the server that a key could change. */
const stateOfServer = (): string =>
  [
    [
      'list-panes',
      '-a',
      '-F',
      '#{session_name} #{pane_id} #{pane_width}x#{pane_height} #{pane_in_mode}',
    ],
    ['list-clients', '-F', '#{client_name} #{client_key_table} #{client_session} #{client_prefix}'],
    ['list-keys'],
    ['list-buffers'],
    ['show-options', '-g'],
    ['show-options', '-s'],
    ['show-options', '-gw'],
  ]
    .map((words) => tmux.tmux(...words))
    .join('\n---\n');

describe('typing into a real tmux', () => {
  // threat: a person who may type into a terminal uses a key of tmux to run a program | tmux has no keys, menus or prompts: the agent gets the keys
  it('has no key of its own: each default one, alone and after each prefix, goes to the agent', async () => {
    const handle = await agent();
    const socket = await open(handle, 'write');
    const before = stateOfServer();
    const keys = [...defaultTmuxKeys()];
    expect(keys.length).toBeGreaterThan(120);
    const sent = keys.flatMap(([, bytes]) => [bytes, `\u0002${bytes}`, `\u0001${bytes}`]);
    sent.push(
      `\u0002:run-shell 'touch ${canary}'\r`,
      `\u0002:if-shell 'touch ${canary}' ''\r`,
      `\u0002c touch ${canary}\r`,
      `\u0002"touch ${canary}\r`,
      `\u0002:display-popup -E 'touch ${canary}'\r`,
      `\u001b:run-shell 'touch ${canary}'\r`,
      ...mouseSequences(),
      ...answersOfTerminals(canary),
    );
    await reaches(socket, sent);
    expect(stateOfServer()).toBe(before);
    expect(existsSync(canary)).toBe(false);
    expect(socket.readyState).toBe(WebSocket.OPEN);
  });

  it('never changes the size of what the agent draws, from a small window or a huge one', async () => {
    const handle = await agent();
    const socket = await open(handle, 'write');
    const before = stateOfServer();
    for (const [cols, rows] of [
      [20, 5],
      [1000, 400],
      [80, 24],
    ]) {
      socket.send(JSON.stringify({ type: 'resize', cols, rows }));
      await until(() => tmux.tmux('list-clients', '-F', '#{client_width}').includes(`${cols}`));
    }
    expect(stateOfServer()).toBe(before);
  });
});

describe('watching a real tmux', () => {
  // threat: a person who may only watch a terminal types | nothing arrives
  it('sends nothing, whatever the socket says', async () => {
    const handle = await agent();
    const socket = await open(handle, 'read');
    const before = stateOfServer();
    for (const bytes of defaultTmuxKeys().values()) {
      socket.send(Buffer.from(bytes));
      socket.send(Buffer.from(`\u0002${bytes}`));
    }
    socket.send(JSON.stringify({ type: 'resize', cols: 30, rows: 10 }));
    await until(() => tmux.tmux('list-clients', '-F', '#{client_width}').includes('30'));
    await tmux.runtime.write(handle, 'the end', { submit: false });
    await until(() => readFileSync(heard, 'utf8').includes('the end'));
    expect(readFileSync(heard, 'utf8')).toBe('\u001b[200~the end\u001b[201~');
    expect(stateOfServer()).toBe(before);
  });

  it('by the command itself reaches neither the agent nor copy mode', async () => {
    const handle = await agent();
    const { readOnlyArgv } = tmux.runtime.attach(handle);
    const world = fakeHttp({ attach: { argv: readOnlyArgv, readOnlyArgv } });
    server = await listen(createHttp(world.deps).app, { port: 0, host: '127.0.0.1' });
    const socket = await open(handle, 'read');
    const argvOnly = await world.deps.openPty(readOnlyArgv, { cols: 30, rows: 10 });
    try {
      await until(() => tmux.tmux('list-clients', '-F', '#{client_width}').includes('30'));
      const before = stateOfServer();
      for (const bytes of [...defaultTmuxKeys().values(), ...mouseSequences()])
        argvOnly.write(Buffer.from(`\u0002${bytes}`));
      await tmux.runtime.write(handle, 'the end', { submit: false });
      await until(() => readFileSync(heard, 'utf8').includes('the end'));
      expect(readFileSync(heard, 'utf8')).toBe('\u001b[200~the end\u001b[201~');
      expect(stateOfServer()).toBe(before);
    } finally {
      argvOnly.kill();
      socket.terminate();
    }
  });
});

describe('a server that an older ao started', () => {
  it('loses its keys, menus and modes when ao starts, and its windows keep their size from then on', async () => {
    await agent();
    await tmux.runtime.stop();
    const old = (...args: string[]): void => void tmux.tmux(...args);
    old('set-option', '-g', 'prefix', 'C-b');
    old('set-option', '-t', 'app-7', 'prefix', 'C-a');
    old('set-option', '-t', 'app-7', 'mouse', 'on');
    old('set-option', '-w', '-t', 'app-7:', 'window-size', 'latest');
    old('bind-key', '-T', 'root', 'F5', 'run-shell', `touch ${canary}`);
    old('bind-key', '-T', 'prefix', 'c', 'new-window');
    old('bind-key', '-T', 'own', 'x', 'run-shell', `touch ${canary}`);
    old('copy-mode', '-t', 'app-7');
    await tmux.runtime.start();
    expect(tmux.tmux('list-keys')).toBe('');
    expect(tmux.tmux('display-message', '-p', '-t', 'app-7', '#{pane_in_mode}').trim()).toBe('0');
    for (const [option, value] of [
      ['prefix', 'None'],
      ['prefix2', 'None'],
      ['mouse', 'off'],
      ['key-table', 'root'],
    ])
      expect(
        tmux.tmux('show-options', '-A', '-v', '-t', 'app-7', option ?? '').trim(),
        option,
      ).toBe(value);
    expect(tmux.tmux('show-options', '-wv', '-t', 'app-7:', 'window-size').trim()).toBe('manual');
  });

  it('is not started anew by a person who attaches after it ended', async () => {
    const handle = await agent();
    const { argv } = tmux.runtime.attach(handle);
    await tmux.runtime.stop();
    tmux.tmux('kill-server');
    const [program = '', ...args] = argv;
    expect(() => execFileSync(program, args, { stdio: 'pipe', env: tmux.env })).toThrow();
    expect(() => tmux.tmux('list-sessions')).toThrow();
    await tmux.runtime.start();
  });
});

/**
 * Each of `sent` is followed by a mark that must arrive in the agent: a prompt, menu, popup or mode that the bytes before it
 * opened would have swallowed it.
 */
async function reaches(socket: WebSocket, sent: readonly string[]): Promise<void> {
  for (const [index, bytes] of sent.entries()) {
    socket.send(Buffer.from(bytes, 'latin1'));
    socket.send(Buffer.from(`q${index}q`));
    await until(
      () => readFileSync(heard, 'utf8').includes(`q${index}q`),
      5_000,
      `what follows ${JSON.stringify(bytes)}`,
    );
  }
}
