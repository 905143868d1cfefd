/** Plays opencode 1.18 as it was observed: the HTTP server and event stream of one process, and a dialog on its screen. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { nextStep, type Step } from '../models/script.ts';
import { FAKE_TOKENS } from '../models/usage.ts';
import { drawScreen, readTerminal } from './fake-terminal.ts';

const { values } = parseArgs({
  options: {
    version: { type: 'boolean' },
    port: { type: 'string' },
    hostname: { type: 'string' },
    prompt: { type: 'string' },
    model: { type: 'string', short: 'm' },
    session: { type: 'string', short: 's' },
    agent: { type: 'string' },
  },
});
if (values.version === true) {
  console.log('1.18.33');
  process.exit(0);
}

interface Message {
  readonly info: Record<string, unknown> & { id: string; role: string };
  readonly parts: Array<Record<string, unknown>>;
}
interface Asked {
  readonly request: Record<string, unknown> & { id: string };
  readonly kind: 'permission' | 'question';
  readonly settle: (allowed: boolean) => void;
}

const config = JSON.parse(process.env.OPENCODE_CONFIG_CONTENT ?? '{}') as {
  permission?: Record<string, string>;
};
const expected = `Basic ${Buffer.from(`opencode:${process.env.OPENCODE_SERVER_PASSWORD ?? ''}`).toString('base64')}`;
const store = join(process.env.HOME ?? '', 'opencode-sessions.json');
const sessions: Array<{ info: Record<string, unknown> & { id: string }; messages: Message[] }> =
  existsSync(store) ? JSON.parse(readFileSync(store, 'utf8')) : [];
const listeners = new Set<ServerResponse>();
const queue: string[] = [];
const said: string[] = [];
let asked: Asked | null = null;
let turn: AbortController | null = null;
/** What `/session/status` says besides busy. */
let waits: object | null = null;
let current = sessions.find((session) => session.info.id === values.session) ?? null;
if (values.session !== undefined && current === null) {
  console.error('Session not found');
  process.exit(1);
}

function emit(type: string, properties: object): void {
  mkdirSync(process.env.HOME ?? '', { recursive: true });
  writeFileSync(store, JSON.stringify(sessions));
  for (const listener of listeners)
    listener.write(`data: ${JSON.stringify({ id: randomUUID(), type, properties })}\n\n`);
}

function draw(): void {
  const dialog =
    asked === null
      ? []
      : asked.kind === 'permission'
        ? [
            '△ Permission required',
            `$ ${String((asked.request.metadata as { command: string }).command)}`,
            ' Allow once   Allow always   Reject',
          ]
        : ['Which?'];
  drawScreen([...said, '', ...dialog]);
}

function addMessage(role: string, fields: object): Message {
  const sessionID = current?.info.id ?? '';
  const message: Message = {
    info: {
      id: `msg_${randomUUID()}`,
      sessionID,
      role,
      time: { created: Date.now() },
      modelID: 'fake-model',
      ...fields,
    },
    parts: [],
  };
  current?.messages.push(message);
  emit('message.updated', { info: message.info });
  return message;
}

function setPart(message: Message, part: Record<string, unknown>): void {
  const whole = { messageID: message.info.id, sessionID: current?.info.id, ...part };
  const known = message.parts.findIndex((one) => one.id === part.id);
  if (known === -1) message.parts.push(whole);
  else message.parts[known] = whole;
  emit('message.part.updated', { part: whole });
}

function prompt(text: string): void {
  if (current === null) {
    current = {
      info: { id: `ses_${randomUUID()}`, directory: process.cwd(), time: { created: Date.now() } },
      messages: [],
    };
    sessions.push(current);
    emit('session.created', { info: current.info });
  }
  const message = addMessage('user', {});
  setPart(message, { id: randomUUID(), type: 'text', text });
  said.push(`> ${text}`);
  if (turn === null) void runTurns(text);
  else queue.push(text);
}

async function runTurns(first: string): Promise<void> {
  for (let text: string | undefined = first; text !== undefined; text = queue.shift()) {
    turn = new AbortController();
    waits = null;
    emit('session.status', { sessionID: current?.info.id, status: { type: 'busy' } });
    try {
      await runScript(text, turn.signal);
    } catch (error) {
      // Stopped while it waits for another try, it closes its empty answer without an error.
      const silent = turn.signal.aborted && waits !== null;
      const failure = turn.signal.aborted
        ? { name: 'MessageAbortedError', data: { message: 'Aborted' } }
        : { name: 'APIError', data: { message: (error as Error).message } };
      addMessage('assistant', {
        ...(silent ? {} : { error: failure }),
        time: { created: Date.now(), completed: Date.now() },
      });
      if (!silent) emit('session.error', { sessionID: current?.info.id, error: failure });
    }
    asked = null;
    turn = null;
    draw();
  }
  emit('session.status', { sessionID: current?.info.id, status: { type: 'idle' } });
}

async function runScript(script: string, signal: AbortSignal): Promise<void> {
  for (let results = 0; ; results += 1) {
    const step = nextStep(script, results);
    await pause(step.sleep, signal);
    if (step.type === 'error') throw new Error(step.message);
    if (step.type === 'limit') {
      // What it thinks worth trying again it tries again by itself, and shows when.
      waits = {
        type: 'retry',
        attempt: 1,
        message: 'usage limit reached',
        next: step.resetAt * 1000,
      };
      emit('session.status', { sessionID: current?.info.id, status: waits });
      await pause(3_600_000, signal);
      return;
    }
    const message = addMessage('assistant', {
      time: { created: Date.now(), completed: Date.now() },
      cost: 0.0009,
      tokens: {
        input: FAKE_TOKENS.input - FAKE_TOKENS.cached,
        output: FAKE_TOKENS.output - 10,
        reasoning: 10,
        cache: { read: FAKE_TOKENS.cached, write: 0 },
      },
    });
    if (step.type === 'say') {
      said.push(step.text);
      draw();
      return setPart(message, { id: randomUUID(), type: 'text', text: step.text });
    }
    await useTool(step, message, signal);
  }
}

async function useTool(
  step: Extract<Step, { type: 'run' | 'write' | 'tool' }>,
  message: Message,
  signal: AbortSignal,
): Promise<void> {
  const command =
    step.type === 'run' ? step.command : step.type === 'write' ? `write ${step.path}` : '';
  setPart(message, {
    id: `prt_${message.info.id}`,
    type: 'tool',
    tool: step.type === 'tool' ? step.name : 'bash',
    callID: randomUUID(),
    state: { status: 'running', input: { command } },
  });
  if (step.type === 'tool')
    return void (await ask('question', { questions: step.input.questions }, signal));
  if (
    config.permission?.bash === 'ask' &&
    !(await ask(
      'permission',
      { permission: 'bash', patterns: [command], metadata: { command }, always: [`${command} *`] },
      signal,
    ))
  )
    return;
  if (step.type === 'write') writeFileSync(step.path, step.content);
  else await promisify(execFile)('sh', ['-c', step.command]);
}

async function ask(
  kind: 'permission' | 'question',
  fields: object,
  signal: AbortSignal,
): Promise<boolean> {
  const allowed = await new Promise<boolean>((settle, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')));
    asked = {
      kind,
      settle,
      request: {
        id: `${kind.slice(0, 3)}_${randomUUID()}`,
        sessionID: current?.info.id,
        ...fields,
      },
    };
    emit(`${kind}.asked`, asked.request);
    draw();
  });
  const id = (asked as Asked | null)?.request.id;
  asked = null;
  draw();
  emit(`${kind}.replied`, { sessionID: current?.info.id, requestID: id });
  return allowed;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  return new Promise((done, reject) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new Error('aborted'));
    });
  });
}

function answer(path: string, body: Record<string, unknown>): unknown {
  const [, root, id, verb] = path.split('/');
  if (root === 'session' && id === undefined) return sessions.map((session) => session.info);
  if (root === 'session' && id === 'status')
    return turn === null ? {} : { [current?.info.id ?? '']: waits ?? { type: 'busy' } };
  if (verb === 'children') return [];
  if (verb === 'message') return sessions.find((session) => session.info.id === id)?.messages ?? [];
  if (verb === 'prompt_async')
    return prompt(((body.parts as Array<{ text: string }>)[0] ?? { text: '' }).text);
  if (verb === 'abort') return turn?.abort();
  if (verb === 'reply' && asked?.request.id === id)
    return asked?.settle(root === 'question' || body.reply !== 'reject');
  if (root === 'permission' || root === 'question')
    return asked?.kind === root ? [asked.request] : [];
  return null;
}

createServer((incoming: IncomingMessage, response: ServerResponse) => {
  let text = '';
  incoming.on('data', (chunk: Buffer) => (text += chunk.toString()));
  incoming.on('end', () => {
    if (incoming.headers.authorization !== expected) return response.writeHead(401).end();
    if (incoming.url === '/event') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`data: ${JSON.stringify({ type: 'server.connected', properties: {} })}\n\n`);
      listeners.add(response);
      return response.on('close', () => listeners.delete(response));
    }
    const result = answer(
      incoming.url ?? '',
      text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
    );
    return response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify(result ?? true));
  });
}).listen(Number(values.port), values.hostname ?? '127.0.0.1', () => {
  readTerminal({ paste: () => undefined, key: (name) => name === 'Enter' && asked?.settle(true) });
  draw();
  if (values.prompt !== undefined) prompt(values.prompt.trim());
});
