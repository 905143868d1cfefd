/** Everything that leaves besides chats, with a secret in each text that comes from outside: API, stream, forges, notifiers, log, audit. */
import { expect, onTestFinished, test } from 'vitest';
import { ADMIN, type FakeHttp, fakeHttp } from '../../test/fakes/fake-http-deps.ts';
import { NOW } from '../../test/fakes/views.ts';
import { fakeClock } from '../../test/support/fake-clock.ts';
import { type Collector, collector } from '../../test/support/outgoing/collector.ts';
import { scmCalls, trackerCalls } from '../../test/support/outgoing/forge-calls.ts';
import { type PlantedWorld, plantedWorld } from '../../test/support/outgoing/planted-world.ts';
import { ALL_TOKENS, PLANTED, plantedRedact } from '../../test/support/outgoing/seeds.ts';
import type { Commands } from '../commands/commands.ts';
import { readAudit } from '../db/audit-store.ts';
import { memoryDatabase } from '../db/memory-harness.ts';
import type { Db } from '../db/open.ts';
import { createHttp, type Http } from '../http/create-http.ts';
import type { HttpDeps } from '../http/deps.ts';
import { createLog, type Log } from '../lib/logger.ts';
import type { Redact } from '../lib/redact.ts';
import { err } from '../lib/result.ts';
import { type NotifyParts, notifyEffects } from '../lifecycle/effects/notify-effect.ts';
import { transient } from '../slots/errors.ts';
import type { Notification } from '../slots/notifier.ts';
import { auditedForges } from './audited-forges.ts';
import type { PluginInstances } from './plugin-instances.ts';
import { redactedAudit } from './redacted-audit.ts';
import { redactedCommands } from './redacted-commands.ts';

interface Bench {
  readonly seed: string;
  readonly redact: Redact;
  readonly planted: PlantedWorld;
  readonly collect: Collector;
  readonly log: Log;
  readonly db: Db;
  readonly audit: HttpDeps['audit'];
}

function bench(seed: string): Bench {
  const redact = plantedRedact();
  const collect = collector();
  const db = memoryDatabase();
  onTestFinished(() => void db.$client.close());
  const write = (line: string): void => collect.sent('log', line);
  return {
    seed,
    redact,
    collect,
    db,
    planted: plantedWorld(seed, redact),
    log: createLog({ level: 'debug', redact, write }),
    audit: redactedAudit(db, fakeClock(), redact),
  };
}

/** The server as the app joins it; `broken`: its use cases throw instead of answering. */
function door({ seed, redact, planted, log, audit }: Bench, broken = false): FakeHttp & Http {
  const failing = new Proxy({} as Commands, {
    get: () => () => {
      throw new Error(`It broke at ${seed}`);
    },
  });
  const world = fakeHttp(
    {},
    {
      commands: broken ? redactedCommands(failing, redact) : planted.commands,
      redact,
      audit,
      logger: log,
      doctor: async () => [{ level: 'error', what: `It found ${seed}`, fix: `Remove ${seed}` }],
      agentHook: async () => err({ code: 'AO_STATE', message: `The agent said ${seed}` }),
      receive: async () => ({
        whisper: { text: `You said ${seed}`, blocks: [], kind: 'post' },
      }),
      readiness: async () => [{ name: 'database', ok: false, detail: seed }],
    },
  );
  const http = createHttp(world.deps);
  // The door counts refusals for a minute and would write them after the database is closed.
  onTestFinished(() => http.stop());
  return { ...world, ...http };
}

const EXAMPLE: Readonly<Record<string, string>> = {
  id: 'app-7',
  name: 'unit',
  steer: 's1',
  channel: 'general',
};
const filled = (path: string): string =>
  path.replaceAll(/:(\w+)/g, (_all, name: string) => EXAMPLE[name] ?? name);

/** Every route there is, from the table of the application itself: a new one is asked without being named here. */
const ROUTES = [
  ...new Set(
    createHttp(fakeHttp().deps)
      .app.routes.filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path}`),
  ),
].map((route) => route.split(' ') as [method: string, path: string]);

/** They don't end, or answer with an upgrade: seen by themselves. */
const STREAMS = new Set(['GET /api/events', 'GET /api/sessions/:id/terminal']);

async function walk(bench: Bench, server: Http): Promise<void> {
  const { seed, collect } = bench;
  const inAddress = encodeURIComponent(seed.slice(0, 1_000));
  const headers = { host: 'localhost:3000', authorization: `Bearer ${ADMIN}` };
  const ask = async (kind: string, method: string, path: string, body?: object): Promise<void> => {
    const json = { 'content-type': 'application/json', 'idempotency-key': `${kind}` };
    const init = body === undefined ? { headers } : { headers: { ...headers, ...json } };
    const response = await server.app.request(path, {
      method,
      ...init,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    collect.sent(kind, `${response.status} ${await response.text()}`);
    collect.sent('headers', JSON.stringify([...response.headers]));
  };
  for (const [method, path] of ROUTES) {
    const kind = `${method} ${path}`;
    if (STREAMS.has(kind)) continue;
    const at = filled(path);
    if (method === 'GET') {
      await ask(kind, method, at);
      await ask('refused', method, `${at}?status=${inAddress}&project=${inAddress}&${inAddress}`);
      await ask('refused', method, path.replaceAll(/:\w+/g, inAddress));
      continue;
    }
    await ask(kind, method, at, {});
    await ask(kind, method, at, { text: seed, title: seed, body: seed, note: seed, option: seed });
  }
  await ask('refused', 'GET', `/api/${inAddress}`);
  await ask('refused', 'PATCH', `/${inAddress}`);
}

async function api(bench: Bench): Promise<void> {
  await walk(bench, door(bench));
  const { fake } = bench.planted;
  for (const name of Object.keys(fake.commands))
    fake.refuse(name as keyof Commands, 'AO_UPSTREAM', `GitHub said ${bench.seed}`);
  await walk(bench, door(bench));
  await walk(bench, door(bench, true));
  auditRows(bench);
}

const auditRows = ({ db, collect }: Bench): void =>
  collect.sent('audit', readAudit(db, { limit: 10_000 }));

/** What is stored may be older than the secret's being known: the stream looks again. */
async function stream(bench: Bench): Promise<void> {
  const { seed, collect, planted } = bench;
  const server = door(bench);
  server.deps.messages.insert({
    id: 'm1',
    key: 'k1',
    channel: 'general',
    thread: null,
    author: { kind: 'ao' },
    message: { text: seed, kind: 'post', blocks: [{ type: 'text', text: seed }] },
    at: NOW,
    to: null,
  } as unknown as Parameters<HttpDeps['messages']['insert']>[0]);
  for (const session of planted.fake.world.sessions) server.commit('session', session);
  for (const event of planted.events) server.commit('event', event);
  const response = await server.app.request('/api/events', {
    headers: { host: 'localhost:3000', authorization: `Bearer ${ADMIN}`, 'last-event-id': '0' },
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (!text.includes(`id: ${server.latest()}\n`)) {
    const part = await reader?.read();
    if (part === undefined || part.done) throw new Error('the stream ended too soon');
    text += part.value;
  }
  await reader?.cancel();
  for (const frame of text.split('\n\n')) {
    collect.sent(`stream ${/^event: (\w+)/m.exec(frame)?.[1] ?? 'id'}`, '');
    collect.sent('stream', frame);
  }
}

/** A plugin that writes down what it gets, and says that it failed with the same words. */
const recording = (slot: string, seed: string, collect: Collector): object =>
  new Proxy(
    {},
    {
      get:
        (_target, name) =>
        (...args: readonly unknown[]): never => {
          collect.sent(`${slot}.${String(name)}`, args);
          throw transient('AO_UPSTREAM', `The forge said ${seed}`);
        },
    },
  );

async function forges(bench: Bench): Promise<void> {
  const { seed, redact, audit, collect } = bench;
  const scm = recording('scm', seed, collect);
  const tracker = recording('tracker', seed, collect);
  const bare = { scm: () => scm, tracker: () => tracker } as unknown as PluginInstances;
  const plugins = auditedForges(bare, audit, redact);
  const say = async (
    plugin: object,
    calls: Readonly<Record<string, readonly unknown[] | null>>,
  ) => {
    for (const [name, args] of Object.entries(calls)) {
      if (args === null) continue;
      const call = (plugin as Record<string, (...all: readonly unknown[]) => Promise<unknown>>)[
        name
      ];
      await call?.(...args).catch(() => {});
    }
  };
  await say(plugins.scm('app'), scmCalls(seed) as never);
  await say(plugins.tracker('app'), trackerCalls(seed) as never);
  auditRows(bench);
}

/** Rows of an older version may hold what was not known then. Each notifier's own form is a matter of the notifiers' contract. */
async function notifiers({ seed, redact, collect, db, log }: Bench): Promise<void> {
  const message: Notification = {
    project: 'app',
    session: 'app-7',
    title: `app-7 asks you: ${seed}`,
    text: seed,
    next: `Answer ${seed}`,
    url: `http://127.0.0.1:3000/s/app-7?q=${encodeURIComponent(seed)}`,
    pr: { number: 3, title: seed, url: null },
  };
  const handlers = notifyEffects({
    db,
    redact,
    logger: log,
    clock: fakeClock(),
    plugins: {
      notifier: () => ({ notify: async (taken: Notification) => collect.sent('notifier', taken) }),
    },
    compose: () => message,
    quietUntil: () => null,
    tell: () => {},
  } as unknown as NotifyParts);
  const payload = { notifier: 'mail', message, priority: 'urgent', key: 'k' };
  await handlers['notify.send']?.run({ payload, createdAt: 0 } as never);
}

function logged({ seed, log }: Bench): void {
  const cause = new Error(`because of ${seed}`);
  log.info({ session: 'app-7', detail: seed, deep: [{ er: seed }] }, `It said ${seed}`);
  log.error({ err: new Error(`failed at ${seed}`, { cause }) }, seed);
  log.warn({ error: transient('AO_UPSTREAM', seed, { cause }) }, 'upstream');
}

// threat: the same on the way to the API, the event stream, forges, notifiers, the log and the audit log | masked on every route and in every write
test.each([
  ['the API, and is written in the audit log,', api],
  ['the stream', stream],
  ['forges', forges],
  ['notifiers', notifiers],
  ['the log', logged],
] as const)('what leaves by %s has no secret in it', async (_what, run) => {
  const world = bench(PLANTED.text);
  await run(world);
  expect(world.collect.leaks(PLANTED.secrets)).toEqual([]);
});

test('tokens of each shape are masked in what notifiers and the log get', async () => {
  const world = bench(ALL_TOKENS.text);
  await notifiers(world);
  logged(world);
  expect(world.collect.leaks(ALL_TOKENS.secrets)).toEqual([]);
});

test('every route, frame and write is among what was looked at, and a plain text is seen in each kind', async () => {
  const seed = 'an ordinary text';
  const world = {
    ...bench(seed),
    log: createLog({
      level: 'debug',
      redact: (text) => text,
      write: (line) => world.collect.sent('log', line),
    }),
  };
  for (const run of [stream, forges, notifiers, logged, api]) await run(world);
  const routes = ROUTES.map((route) => route.join(' ')).filter((route) => !STREAMS.has(route));
  const writes = (slot: string, calls: object): readonly string[] =>
    Object.entries(calls).flatMap(([name, args]) => (args === null ? [] : [`${slot}.${name}`]));
  const wanted = [
    ...routes,
    ...['stream session', 'stream event', 'stream message', 'log', 'audit', 'notifier', 'refused'],
    ...writes('scm', scmCalls(seed)),
    ...writes('tracker', trackerCalls(seed)),
  ];
  expect(wanted.filter((kind) => !world.collect.kinds.has(kind))).toEqual([]);
  const seen = new Set(world.collect.leaks([seed]).map((leak) => leak.split(':')[0]));
  for (const kind of ['stream', 'log', 'audit', 'notifier', 'scm.create', 'tracker.comment'])
    expect(seen).toContain(kind);
  const answers = ROUTES.filter(([method]) => method === 'GET').map((route) => route.join(' '));
  expect(answers.filter((kind) => seen.has(kind)).length).toBeGreaterThan(8);
});
