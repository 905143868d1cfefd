/** Everything the HTTP server needs, scripted: a growing log of changes, two agents' tokens, one webhook. */
import { createHash } from 'node:crypto';
import { subject } from '../../src/domain/session/ids.ts';
import type { Change, HttpDeps } from '../../src/http/deps.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { createOpenPty } from '../../src/http/pty.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { ok } from '../../src/lib/result.ts';
import type { ChatUser } from '../../src/slots/chat.ts';
import type { ChatInputBody } from '../../src/slots/web-chat-input.ts';
import { memoryKeyValue } from '../support/plugin-context.ts';
import { type FakeCommands, type FakeWorld, fakeCommands } from './fake-commands.ts';
import { fakeMessageStore } from './fake-message-store.ts';
import { NOW } from './views.ts';

export const ADMIN = 'admin-token-0123456789abcdef';
/** Tokens of the agents in app-7 (a worker) and boss-1 (an orchestrator). */
export const WORKER = 'worker-token-app-7';
export const ORCHESTRATOR = 'orchestrator-token-boss-1';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export interface FakeHttp {
  readonly deps: HttpDeps;
  readonly fake: FakeCommands;
  readonly inputs: ReadonlyArray<ChatInputBody & { readonly user: ChatUser }>;
  readonly hooks: unknown[];
  readonly deliveries: Array<{
    name: string;
    headers: Readonly<Record<string, string>>;
    body: string;
  }>;
  readonly logged: string[];
  readonly audited: ReadonlyArray<Parameters<HttpDeps['audit']>[0]>;
  /** Commits one change and tells the subscribers. */
  commit(type: 'session' | 'event', data: unknown): number;
  subscribers(): number;
  latest(): number;
}

export function fakeHttp(world: Partial<FakeWorld> = {}, over: Partial<HttpDeps> = {}): FakeHttp {
  const fake = fakeCommands(world);
  const log: Change[] = [];
  const listeners = new Set<() => void>();
  const state = { seq: 0 };
  const tell = (): void => {
    for (const listener of [...listeners]) listener();
  };
  const nextSeq = (): number => {
    state.seq += 1;
    return state.seq;
  };
  const messages = fakeMessageStore(nextSeq);
  messages.onChange(tell);
  const of = (type: Change['type']) => ({
    after: (seq: number, limit: number) =>
      log.filter((change) => change.type === type && change.seq > seq).slice(0, limit),
  });
  const inputs: Array<ChatInputBody & { readonly user: ChatUser }> = [];
  const hooks: unknown[] = [];
  const deliveries: FakeHttp['deliveries'] = [];
  const logged: string[] = [];
  const audited: Array<Parameters<HttpDeps['audit']>[0]> = [];
  const note = (fields: object, message: string): void =>
    void logged.push(`${message} ${'err' in fields ? String(fields.err) : ''}`);

  const deps: HttpDeps = {
    commands: fake.commands,
    changes: {
      sources: [
        of('session'),
        of('event'),
        {
          after: (seq, limit) =>
            messages
              .changedAfter(seq, limit)
              .map((data) => ({ type: 'message' as const, seq: data.seq, data })),
        },
      ],
      latest: () => state.seq,
      subscribe(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
    messages,
    channels: () => [{ id: 'general', name: 'general', project: null }],
    receive: async (input, user) => {
      inputs.push({ ...input, user });
      return { whisper: { text: 'done', blocks: [], kind: 'post' } };
    },
    tokens: {
      admin: ADMIN,
      proxy: null,
      session: (hash) => {
        if (hash === sha256(WORKER)) return { session: 'app-7', role: 'worker' };
        return hash === sha256(ORCHESTRATOR) ? { session: 'boss-1', role: 'orchestrator' } : null;
      },
    },
    admin: { subject: subject('web:local'), name: 'you', via: 'web' },
    webhooks: {
      accepts: (name) => name === 'github',
      signed: (_name, headers) => (headers['x-hub-signature-256'] ?? '') !== '',
      receive: async ({ name, headers, body }) => {
        deliveries.push({ name, headers, body: Buffer.from(body).toString() });
        return headers['x-hub-signature-256'] === 'good'
          ? { status: 202, detail: 'taken' }
          : { status: 401, detail: 'The signature is wrong.' };
      },
    },
    signIns: memoryKeyValue(),
    agentHook: async (session, body) => {
      hooks.push({ session, body });
      return ok({ continue: true });
    },
    audit: (entry) => void audited.push(entry),
    redact: (text) => text,
    openPty: createOpenPty({ PATH: process.env.PATH ?? '' }, '/'),
    readiness: async () => [{ name: 'database', ok: true, detail: 'secret path' }],
    doctor: async () => [],
    metrics: createMetrics({
      sessionsByStatus: () => ({ working: 2 }),
      outbox: () => [{ lane: 'app-7', state: 'pending', depth: 3 }],
    }),
    clock: { ...systemClock, now: () => NOW },
    logger: { debug: () => {}, info: () => {}, warn: note, error: note },
    settings: {
      version: '0.1.0',
      demo: true,
      hosts: ['ao.example.test'],
      pageDir: null,
      maxTerminals: 2,
    },
    ...over,
  };

  return {
    deps,
    fake,
    inputs,
    hooks,
    deliveries,
    logged,
    audited,
    commit(type, data) {
      const seq = nextSeq();
      log.push({ type, seq, data } as Change);
      tell();
      return seq;
    },
    subscribers: () => listeners.size,
    latest: () => state.seq,
  };
}
