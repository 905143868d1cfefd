import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../src/lib/clock.ts';
import type { AgentEvent } from '../../../src/slots/agent.ts';
import { tempDir } from '../../../test/support/tmp.ts';
import { until } from '../../../test/support/until.ts';
import { OpencodeWatch } from './watch.ts';

const PERMISSION = {
  id: 'per_1',
  sessionID: 'ses_1',
  permission: 'bash',
  patterns: ['ls'],
  metadata: { command: 'ls' },
  always: [],
};
const MESSAGES = '/session/ses_1/message';

/** A watch on a server that says what the test wants, when it wants. */
async function opencode() {
  const dir = tempDir('ao-opencode-');
  const stateDir = join(dir.path, 'state');
  mkdirSync(stateDir);
  const answers: Record<string, unknown> = {
    '/session': [{ id: 'ses_1', directory: dir.path, time: { created: 1 } }],
    '/session/ses_1/children': [],
    [MESSAGES]: [],
    '/session/status': {},
    '/permission': [],
    '/question': [],
  };
  /** Requests that wait for the test. */
  const waiting = new Map<string, (status: number) => void>();
  const held = new Set<string>();
  const streams = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    if (path === '/event') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"type":"server.connected","properties":{}}\n\n');
      streams.add(response);
      return;
    }
    // What it says is what held when it was asked.
    const body = JSON.stringify(answers[path] ?? true);
    const send = (status: number) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    if (held.delete(path)) waiting.set(path, send);
    else send(200);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  writeFileSync(
    join(stateDir, 'opencode-launch.json'),
    JSON.stringify({ launch: 1, port, password: 'x', prompt: null, at: 0 }),
  );
  const roundTrip = async () => void (await (await fetch(`http://127.0.0.1:${port}/echo`)).text());
  const events: AgentEvent[] = [];
  const session = {
    ...{
      id: 'app-1',
      project: 'app',
      cwd: dir.path,
      repo: dir.path,
      model: null,
      permissions: 'default' as const,
      rules: '',
      agentSession: 'ses_1',
    },
    ...{ launch: 1, args: [], env: {}, hookUrl: '', hookToken: '', stateDir },
  };
  const states = (): string[] =>
    events.flatMap((event) => (event.type === 'activity' ? [event.fact.state] : []));
  let watch: OpencodeWatch | null = null;
  onTestFinished(() => {
    watch?.close();
    server.closeAllConnections();
    server.close();
    dir.remove();
  });
  return {
    answers,
    events,
    states,
    watch() {
      watch = new OpencodeWatch({
        session,
        emit: (event) => events.push(event),
        clock: systemClock,
      });
      return watch;
    },
    /** The next answer to this waits until it is let go. */
    hold: (path: string) => held.add(path),
    isWaiting: (path: string) => until(() => waiting.has(path), { what: `a request for ${path}` }),
    /** Answers, and returns a round trip later, when the watch has read it. */
    async letGo(path: string, status = 200) {
      waiting.get(path)?.(status);
      waiting.delete(path);
      await roundTrip();
    },
    requests: () =>
      events.flatMap((event) => {
        if (event.type === 'request_opened') return [`opened ${event.request.id}`];
        return event.type === 'request_closed' ? [`closed ${event.request}`] : [];
      }),
    /** Tells an event, and returns a round trip later, when the watch has read it. */
    async tell(type: string, properties: object) {
      for (const stream of streams)
        stream.write(`data: ${JSON.stringify({ type, properties })}\n\n`);
      await roundTrip();
    },
    state: (wanted: string) =>
      until(() => states().at(-1) === wanted, { what: `the state ${wanted}` }),
  };
}

test('a reading that fails is made again, until the state is known', async () => {
  const program = await opencode();
  program.hold(MESSAGES);
  program.watch();
  await program.isWaiting(MESSAGES);
  await program.letGo(MESSAGES, 500);
  await program.state('ready');
});

test('a turn that ends while everything is read anew is over', async () => {
  const program = await opencode();
  program.answers['/session/status'] = { ses_1: { type: 'busy' } };
  program.hold(MESSAGES);
  program.watch();
  // The status was read before, as busy.
  await program.isWaiting(MESSAGES);
  await program.tell('session.status', { sessionID: 'ses_1', status: { type: 'idle' } });
  await program.letGo(MESSAGES);
  await program.state('ready');
  expect(program.states()).toEqual(['starting', 'ready']);
});

test('an answer that is closed while everything is read anew is no longer open', async () => {
  const program = await opencode();
  const answer = { id: 'msg_1', sessionID: 'ses_1', role: 'assistant', time: { created: 5 } };
  program.answers[MESSAGES] = [{ info: answer, parts: [] }];
  program.hold(MESSAGES);
  program.watch();
  await program.isWaiting(MESSAGES);
  await program.tell('message.updated', {
    info: { ...answer, time: { created: 5, completed: 9 } },
  });
  await program.letGo(MESSAGES);
  await program.state('ready');
});

test('a request that opens while everything is read anew stays open', async () => {
  const program = await opencode();
  program.hold(MESSAGES);
  program.watch();
  await program.isWaiting(MESSAGES);
  await program.tell('permission.asked', PERMISSION);
  await program.letGo(MESSAGES);
  await program.state('waiting_input');
  expect(program.requests()).toEqual(['opened per_1']);
});

test('a request that is answered while everything is read anew does not open again', async () => {
  const program = await opencode();
  program.answers['/permission'] = [PERMISSION];
  const watch = program.watch();
  await program.state('waiting_input');
  program.hold(MESSAGES);
  const delivery = watch.deliver('go on', { attempt: 1, inDoubt: false });
  await program.isWaiting(MESSAGES);
  await watch.answer('per_1', { option: 'allow', text: null });
  await program.letGo(MESSAGES);
  await delivery;
  expect(program.requests()).toEqual(['opened per_1', 'closed per_1']);
  expect(program.states().at(-1)).toBe('ready');
});
