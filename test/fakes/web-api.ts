import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { type WebSocket, WebSocketServer } from 'ws';
import { costView } from '../../src/commands/cost.ts';
import type { BudgetView } from '../../src/commands/view/cost.ts';
import type { EventView, InboxItem, SessionView } from '../../src/commands/views.ts';
import { type CostSpan, periodOf } from '../../src/domain/money/cost-period.ts';
import type { CostGroup } from '../../src/domain/money/ledger.ts';
import type { ChatInputBody, Me } from '../../src/http/contract.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { zoneDays } from '../../src/lib/zone-days.ts';
import type { ChatInput, ChatReply } from '../../src/slots/chat.ts';
import { type MessageStore, visibleTo } from '../../src/slots/message-store.ts';
import { createWebChat, type WebChat } from '../../src/web/index.ts';
import { memoryInbox, silentLogger } from '../support/plugin-context.ts';
import { createMemoryMessageStore } from './memory-message-store.ts';
import {
  eventFixtures,
  issueFixtures,
  LOCAL,
  ledgerFixtures,
  PATCH,
  projectFixtures,
  THREADS,
} from './web-fixtures.ts';

/** The policy the page must live under. xterm makes its own style element, hence inline styles; scripts stay strict. */
export const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

interface Sent {
  readonly id: number;
  readonly event: 'session' | 'event' | 'message';
  readonly data: unknown;
}

export interface FakeWebApi {
  readonly url: string;
  readonly chat: WebChat;
  readonly store: MessageStore;
  /** Inputs as the host got them, redeliveries included once. */
  readonly inputs: ChatInput[];
  /** Other POSTs: path and body. */
  readonly posts: Array<{ readonly path: string; readonly body: unknown }>;
  /** `Last-Event-ID` of every stream that was opened, null for none. */
  readonly streams: Array<string | null>;
  /** Bytes typed into the terminal. */
  readonly typed: string[];
  session(id: string): SessionView;
  setSession(view: SessionView): void;
  addEvent(event: Omit<EventView, 'seq'>): void;
  /** Cuts all event streams, as a restart of the server would. */
  dropStreams(): void;
  /** Faults, read at each request. */
  readonly faults: {
    unauthorised: boolean;
    refuseStreams: boolean;
    failInputs: boolean;
    forgetHistory: boolean;
  };
  /** What the host answers to an input; tests and the dev server replace it. */
  answer: (input: ChatInput) => Promise<ChatReply>;
  close(): Promise<void>;
}

interface FakeOptions {
  /** Folder of the built page. */
  readonly page: string;
  readonly port?: number;
  readonly clock: Clock;
  readonly sessions: readonly SessionView[];
  readonly demo?: boolean;
}

/** Serves the built page and the HTTP contract from memory, on loopback. */
export async function startFakeWebApi(options: FakeOptions): Promise<FakeWebApi> {
  let seq = 0;
  const history: Sent[] = [];
  const open = new Set<ServerResponse>();
  const sessions = new Map<string, SessionView>();
  const events: EventView[] = [];
  const seen = new Map<string, ChatReply>();
  const store = createMemoryMessageStore(() => ++seq);

  const emit = (sent: Sent): void => {
    history.push(sent);
    for (const response of open) response.write(frame(sent));
  };
  store.onChange((message) => emit({ id: message.seq, event: 'message', data: message }));

  const chat = createWebChat({
    logger: silentLogger,
    inbox: memoryInbox(),
    store,
    clock: options.clock,
    channels: () => ['general', 'app', 'api'],
  });
  const fake: FakeWebApi = {
    url: '',
    chat,
    store,
    inputs: [],
    posts: [],
    streams: [],
    typed: [],
    faults: { unauthorised: false, refuseStreams: false, failInputs: false, forgetHistory: false },
    answer: async () => ({}),
    session(id) {
      const found = sessions.get(id);
      if (!found) throw new Error(`the fake has no session ${id}`);
      return found;
    },
    setSession(view) {
      const next = { ...view, version: ++seq };
      sessions.set(view.id, next);
      emit({ id: next.version, event: 'session', data: next });
    },
    addEvent(event) {
      const next = { ...event, seq: ++seq };
      events.push(next);
      emit({ id: next.seq, event: 'event', data: next });
    },
    dropStreams() {
      for (const response of open) response.destroy();
      open.clear();
    },
    async close() {
      fake.dropStreams();
      await chat.stop();
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  await chat.start(async (input) => {
    const before = seen.get(input.delivery);
    if (before) return before;
    fake.inputs.push(input);
    const reply = await fake.answer(input);
    seen.set(input.delivery, reply);
    return reply;
  });

  const server = createServer((request, response) => {
    void handle(request, response).catch((error: unknown) => problem(response, 500, String(error)));
  });
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (terminal) =>
      echoTerminal(terminal, new URL(request.url ?? '/', 'http://x'), fake.typed),
    );
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://x');
    if (!url.pathname.startsWith('/api/')) return sendPage(response, options.page, url.pathname);
    if (fake.faults.unauthorised) return problem(response, 401, 'The session cookie is missing.');
    if (url.pathname === '/api/events') return stream(request, response);
    if (request.method === 'POST')
      return post(response, url, JSON.parse((await bodyOf(request)) || '{}'));
    const found = get(url);
    return found === undefined
      ? problem(response, 404, `There is no ${url.pathname}.`)
      : json(response, found);
  }

  function stream(request: IncomingMessage, response: ServerResponse) {
    const header = request.headers['last-event-id'];
    const last = typeof header === 'string' ? header : null;
    fake.streams.push(last);
    if (fake.faults.refuseStreams) return problem(response, 503, 'ao is restarting.');
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(': hello\n\n');
    if (last !== null && fake.faults.forgetHistory) response.write('event: reset\ndata: {}\n\n');
    else if (last !== null)
      for (const sent of history) if (sent.id > Number(last)) response.write(frame(sent));
    open.add(response);
    response.on('close', () => open.delete(response));
  }

  function get(url: URL): unknown {
    const [, , area, id = '', part, name] = url.pathname.split('/');
    const page = {
      limit: Number(url.searchParams.get('limit') ?? 100),
      before: url.searchParams.has('before') ? Number(url.searchParams.get('before')) : null,
    };
    const mine = (rows: ReturnType<MessageStore['thread']>): unknown =>
      rows.filter((row) => visibleTo(LOCAL.subject, row));
    switch (area) {
      case 'me':
        return { ...LOCAL, version: '0.1.0', demo: options.demo ?? false } satisfies Me;
      case 'projects':
        return projectFixtures;
      case 'inbox':
        return inboxOf([...sessions.values()]);
      case 'issues':
        return issueFixtures.filter(
          (issue) =>
            !url.searchParams.get('project') || issue.project === url.searchParams.get('project'),
        );
      case 'doctor':
        return [
          { level: 'ok', what: 'The event stream keeps up.', fix: null },
          {
            level: 'warning',
            what: 'slack: no connection for 4 min.',
            fix: 'Look at its status page.',
          },
        ];
      case 'identities':
        return [
          {
            subject: 'web:dana',
            forge: 'github.com',
            login: 'dana',
            at: 1_795_000_000_000,
            proof: 'comment',
          },
        ];
      case 'audit':
        return id === 'verify'
          ? { rows: 2, broken: null, head: 'a'.repeat(64) }
          : auditRows().filter((row) => url.searchParams.get('refused') !== '1' || !row.allowed);
      case 'budgets':
        return [
          {
            id: 'session:app-9',
            kind: 'session',
            label: 'the budget of app-9',
            limitUsd: 5,
            spentUsd: 5.12,
            state: 'spent',
            sessions: ['app-9'],
          },
          {
            id: 'day:2026-11-20',
            kind: 'day',
            label: "today's budget",
            limitUsd: 15,
            spentUsd: 12.4,
            state: 'short',
            sessions: ['app-7', 'app-9'],
          },
          {
            id: 'project:app:2026-11',
            kind: 'project',
            label: "this month's budget of app",
            limitUsd: 400,
            spentUsd: 148.1,
            state: 'fine',
            sessions: ['app-7'],
          },
        ] satisfies readonly BudgetView[];
      case 'cost': {
        const get = (name: string): string | undefined => url.searchParams.get(name) ?? undefined;
        const now = options.clock.now();
        const period = periodOf(
          { span: get('span') as CostSpan | undefined, from: get('from'), to: get('to') },
          zoneDays('UTC').dayOf(now),
        );
        if (typeof period === 'string') return undefined;
        const rows = ledgerFixtures(now).filter(
          (row) => row.day >= period.from && row.day <= period.to,
        );
        return costView(
          { ...period, timezone: 'UTC', by: (get('by') ?? 'project') as CostGroup },
          rows,
        );
      }
      case 'chat':
        if (id === 'channels' && !part)
          return [
            { id: 'general', name: 'general', project: null },
            { id: 'app', name: 'app', project: 'app' },
            { id: 'api', name: 'api', project: 'api' },
          ];
        return mine(
          id === 'channels' ? store.channel(part ?? '', page) : store.thread(part ?? '', page),
        );
      case 'sessions':
        if (!id) return [...sessions.values()];
        if (!sessions.has(id)) return undefined;
        if (!part) return sessions.get(id);
        if (part === 'events')
          return events.filter(
            (event) =>
              event.session === id && event.seq > Number(url.searchParams.get('after') ?? 0),
          );
        if (part === 'diff')
          return {
            stat: ' 5 files changed',
            patch: PATCH,
            additions: 439,
            deletions: 424,
            files: 5,
            head: headOf(sessions.get(id)),
            worktree: null,
          };
        if (part === 'threads') return sessions.get(id)?.pr ? THREADS : [];
        if (part === 'changes')
          return {
            from: url.searchParams.get('from'),
            to: sessions.get(id)?.pr?.headSha,
            patch: PATCH.slice(
              PATCH.indexOf('diff --git a/src/auth/cookie.ts'),
              PATCH.indexOf('diff --git a/test/'),
            ),
          };
        if (part === 'checks')
          return {
            name,
            text: `> npm run ${name}\n\n${'✓ 12 tests passed\n'.repeat(60)}\n${sessions.get(id)?.pr?.checks.items.find((check) => check.name === name)?.excerpt ?? 'done in 4.1 s'}\n`,
          };
        if (part === 'attach')
          return {
            argv: ['tmux', '-L', 'ao', 'attach', '-t', id],
            readOnlyArgv: ['tmux', '-L', 'ao', 'attach', '-r', '-t', id],
          };
        if (part === 'logs') return { text: '$ claude\nReading src/auth/login.ts', live: true };
        return undefined;
      default:
        return undefined;
    }
  }

  async function post(response: ServerResponse, url: URL, body: unknown): Promise<void> {
    if (url.pathname === '/api/chat/inputs') {
      if (fake.faults.failInputs)
        return problem(response, 503, 'ao is restarting. Send it again in a moment.');
      return json(
        response,
        await chat.receive(body as ChatInputBody, {
          ...LOCAL,
          groups: [],
          external: false,
          bot: false,
        }),
      );
    }
    fake.posts.push({ path: url.pathname, body });
    const [, , area, id = ''] = url.pathname.split('/');
    if (area === 'sessions' && !id)
      return json(response, [{ issue: null, session: [...sessions.values()][0], refusal: null }]);
    return json(response, sessions.get(id) ?? {});
  }

  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  Object.assign(fake, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` });
  for (const view of options.sessions) fake.setSession(view);
  if (sessions.has('app-7'))
    for (const event of eventFixtures(options.clock.now())) fake.addEvent(event);
  return fake;
}

function inboxOf(sessions: readonly SessionView[]): InboxItem[] {
  return sessions.flatMap((view): InboxItem[] => {
    const base = {
      session: view.id,
      project: view.project,
      owner: { subject: LOCAL.subject, name: LOCAL.name },
      title: view.title,
      actions: view.actions,
    };
    const requests = view.openRequests.filter((request) => request.answer === null);
    const asked = requests.map(
      (request): InboxItem => ({
        ...base,
        id: `request:${view.id}:${request.id}`,
        kind: request.kind,
        text: request.title,
        since: request.askedAt,
        request,
        key: null,
      }),
    );
    const raised = view.escalations.map(
      (escalation): InboxItem => ({
        ...base,
        id: `escalation:${view.id}:${escalation.key}`,
        kind: 'escalation',
        text: 'No activity for 10 min in the middle of a turn. Last line: “Waiting for lock…”',
        since: escalation.at,
        request: null,
        key: escalation.key,
      }),
    );
    const merge: InboxItem[] =
      view.status === 'mergeable' && view.pr
        ? [
            {
              ...base,
              id: `merge:${view.id}`,
              kind: 'merge',
              text: `PR #${view.pr.number} at ${view.pr.headSha.slice(0, 7)}, checks ${view.pr.checks.passed} of ${view.pr.checks.total}, approved by @lee.`,
              since: view.pr.openedAt,
              request: null,
              key: null,
            },
          ]
        : [];
    return [...asked, ...raised, ...merge];
  });
}

const auditRows = () => [
  {
    id: 1,
    at: 1_795_000_000_000,
    subject: 'web:dana',
    via: 'http',
    action: 'kill',
    session: 'app-7',
    detail: '',
    allowed: true,
  },
  {
    id: 2,
    at: 1_795_000_060_000,
    subject: 'slack:T1:U9',
    via: 'slack',
    action: 'merge',
    session: 'app-7',
    detail: 'AO_ACCESS_DENIED',
    allowed: false,
  },
];

const headOf = (view: SessionView | undefined) =>
  view?.pr ? { number: view.pr.number, sha: view.pr.headSha, base: view.pr.base } : null;

const frame = (sent: Sent): string =>
  `id: ${sent.id}\nevent: ${sent.event}\ndata: ${JSON.stringify(sent.data)}\n\n`;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

async function sendPage(response: ServerResponse, folder: string, path: string): Promise<void> {
  const file = join(folder, normalize(path === '/' ? '/index.html' : path));
  const body = await readFile(file).catch(() => null);
  if (body === null) return problem(response, 404, `There is no ${path}.`);
  response.writeHead(200, {
    'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'x-content-type-options': 'nosniff',
  });
  response.end(body);
}

function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

function problem(response: ServerResponse, status: number, detail: string): void {
  response.writeHead(status, { 'content-type': 'application/problem+json' });
  response.end(
    JSON.stringify({
      type: 'about:blank',
      title: 'Refused',
      status,
      detail,
      code: 'AO_BAD_REQUEST',
    }),
  );
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

/** Shows a screen, and in write mode echoes what is typed. */
function echoTerminal(terminal: WebSocket, url: URL, typed: string[]): void {
  const writable = url.searchParams.get('mode') === 'write';
  terminal.send(Buffer.from(SCREEN));
  terminal.on('message', (data, binary) => {
    if (!binary || !writable) return;
    const text = (data as Buffer).toString('utf8');
    typed.push(text);
    terminal.send(Buffer.from(text.replaceAll('\r', '\r\n')));
  });
}

const SCREEN = [
  '\x1b[38;5;208m✻\x1b[0m Welcome to \x1b[1mClaude Code\x1b[0m',
  '',
  '\x1b[2m> Fix issue #42: Fix flaky login test\x1b[0m',
  '',
  '\x1b[32m●\x1b[0m \x1b[1mBash\x1b[0m(npx vitest run test/login.test.ts --repeat 50)',
  '  \x1b[2m⎿\x1b[0m  Tests  \x1b[31m1 failed\x1b[0m | \x1b[32m49 passed\x1b[0m (50)',
  '',
  '\x1b[32m●\x1b[0m \x1b[1mUpdate\x1b[0m(src/auth/login.ts)',
  '  \x1b[2m⎿\x1b[0m  Updated with \x1b[32m7 additions\x1b[0m and \x1b[31m2 removals\x1b[0m',
  '',
  '\x1b[38;5;208m✶\x1b[0m Reproducing the failure with --repeat 50… \x1b[2m(34s · esc to interrupt)\x1b[0m',
  '',
  '\x1b[2m╭──────────────────────────────────────────────────────────╮\x1b[0m',
  '\x1b[2m│\x1b[0m > \x1b[7m \x1b[0m                                                      \x1b[2m│\x1b[0m',
  '\x1b[2m╰──────────────────────────────────────────────────────────╯\x1b[0m',
  '',
].join('\r\n');
