/** `WS /api/sessions/:id/terminal`: the agent's terminal, by a pty that runs the attach command. */
import { upgradeWebSocket } from '@hono/node-server';
import type { Context } from 'hono';
import type { WSContext } from 'hono/ws';
import type { Actor } from '../domain/session/ids.ts';
import type { HttpDeps } from './deps.ts';
import type { Api } from './endpoint.ts';
import type { Env } from './env.ts';
import { problem, refusalProblem } from './problem.ts';
import type { Pty } from './pty.ts';

/** Bytes not yet sent to a slow page, above which the terminal is held back, and below which it goes on. */
const HIGH_WATER = 1_048_576;
const LOW_WATER = 262_144;
const DRAIN_POLL = 50;
/** Nothing tells a terminal in which nothing happens that a right was taken away: it is looked at so often, ms. */
const LOOK_AGAIN = 15_000;

export function addTerminal(app: Api, deps: HttpDeps): void {
  let open = 0;
  app.openAPIRegistry.registerPath({
    method: 'get',
    path: '/api/sessions/{id}/terminal',
    summary:
      'WebSocket: terminal bytes both ways; text frames {"type":"resize","cols","rows"} from the client; ?mode=read|write',
    tags: ['sessions'],
    security: [{ token: [] }, { cookie: [] }],
    responses: { 101: { description: 'Switching to WebSocket' } },
  });
  app.get('/api/sessions/:id/terminal', async (c, next) => {
    const wanted = await prepare(c, deps, open);
    if (wanted instanceof Response) return wanted;
    const bridge = createBridge(deps, wanted, () => {
      open -= 1;
    });
    open += 1;
    const upgrade = upgradeWebSocket(() => ({
      onOpen: (_event, socket) => void bridge.opened(socket),
      onMessage: (event) => bridge.received(event.data),
      onClose: () => bridge.closed(),
      onError: () => bridge.closed(),
    }));
    // A handshake that breaks off after this point never opens: the place is given back then.
    c.env?.incoming?.socket.once('close', () => bridge.closed());
    return upgrade(c, next);
  });
}

interface Wanted {
  readonly session: string;
  readonly argv: readonly string[];
  readonly write: boolean;
  readonly actor: Actor;
  /** False once the browser was signed out, or the person lost the right. */
  readonly stillIn: () => boolean;
}

/** Everything that can be refused is refused before the upgrade, with a problem. */
async function prepare(c: Context<Env>, deps: HttpDeps, open: number): Promise<Wanted | Response> {
  if (c.req.header('upgrade')?.toLowerCase() !== 'websocket')
    return problem(c, 400, 'AO_BAD_REQUEST', 'This is a WebSocket.');
  const mode = c.req.query('mode') ?? 'read';
  if (mode !== 'read' && mode !== 'write')
    return problem(c, 400, 'AO_BAD_REQUEST', 'mode is read or write.');
  if (open >= deps.settings.maxTerminals)
    return problem(
      c,
      503,
      'AO_TOO_MANY_TERMINALS',
      `${open} terminals are open already. Close one.`,
    );
  const { actor } = c.get('principal');
  const opened = await deps.commands.terminal(actor, c.req.param('id') ?? '', mode);
  if (!opened.ok) return refusalProblem(c, opened.error);
  const { session, argv } = opened.value;
  const signedIn = c.get('stillIn');
  const verb = mode === 'write' ? 'terminal' : 'view';
  return {
    session,
    argv,
    actor,
    write: mode === 'write',
    stillIn: () => signedIn() && deps.commands.may(actor, verb).ok,
  };
}

interface Bridge {
  opened(socket: WSContext<unknown>): Promise<void>;
  received(data: unknown): void;
  closed(): void;
}

/** One socket, one pty; whichever ends first ends the other. `released` is called exactly once. */
function createBridge(deps: HttpDeps, wanted: Wanted, released: () => void): Bridge {
  let pty: Pty | null = null;
  let over = false;
  let unsubscribe = (): void => {};
  let looking: { cancel(): void } | null = null;

  const end = (socket: WSContext<unknown> | null, reason: string): void => {
    if (over) return;
    over = true;
    unsubscribe();
    looking?.cancel();
    pty?.kill();
    socket?.close(1000, reason);
    released();
  };

  const look = (socket: WSContext<unknown>): void => {
    if (!wanted.stillIn()) end(socket, 'signed out');
    else if (isOver(deps, wanted)) end(socket, 'the session ended');
  };
  const lookAgain = (socket: WSContext<unknown>): void => {
    looking = deps.clock.after(LOOK_AGAIN, () => {
      look(socket);
      if (!over) lookAgain(socket);
    });
  };

  return {
    async opened(socket) {
      unsubscribe = deps.changes.subscribe(() => look(socket));
      lookAgain(socket);
      try {
        const started = await deps.openPty(wanted.argv, { cols: 80, rows: 24 });
        // The page may be gone, or the session over, while the pty was made.
        if (over) return started.kill();
        pty = started;
        started.onData((data) =>
          wanted.stillIn() ? send(socket, data, started, deps) : end(socket, 'signed out'),
        );
        started.onExit(() => {
          pty = null;
          end(socket, 'the terminal closed');
        });
      } catch (error) {
        deps.logger.warn({ err: error, session: wanted.session }, 'terminal could not be opened');
        end(socket, 'the terminal could not be opened');
      }
    },
    received(data) {
      if (typeof data === 'string') resize(data, pty);
      else if (wanted.write && data instanceof ArrayBuffer && wanted.stillIn())
        pty?.write(new Uint8Array(data));
    },
    closed: () => end(null, ''),
  };
}

function isOver({ commands }: HttpDeps, { actor, session }: Wanted): boolean {
  const found = commands.session(actor, session);
  return !found.ok || found.value.outcome !== null;
}

/** A page that can't keep up holds the terminal back instead of filling memory. */
function send(socket: WSContext<unknown>, data: Uint8Array, pty: Pty, deps: HttpDeps): void {
  socket.send(new Uint8Array(data));
  if (buffered(socket) <= HIGH_WATER) return;
  pty.pause();
  const look = (): void => {
    if (socket.readyState !== 1) return;
    if (buffered(socket) <= LOW_WATER) pty.resume();
    else deps.clock.after(DRAIN_POLL, look);
  };
  deps.clock.after(DRAIN_POLL, look);
}

const buffered = (socket: WSContext<unknown>): number => {
  const raw = socket.raw as { readonly bufferedAmount?: number } | undefined;
  return raw?.bufferedAmount ?? 0;
};

/** Anything that isn't a sane resize is ignored. */
function resize(text: string, pty: Pty | null): void {
  const size = parseResize(text);
  if (size !== null) pty?.resize(size.cols, size.rows);
}

export function parseResize(text: string): { readonly cols: number; readonly rows: number } | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || !('type' in value) || value.type !== 'resize')
    return null;
  const { cols, rows } = value as { cols?: unknown; rows?: unknown };
  const sane = (n: unknown, max: number): n is number =>
    typeof n === 'number' && Number.isInteger(n) && n >= 1 && n <= max;
  return sane(cols, 1000) && sane(rows, 1000) ? { cols, rows } : null;
}
