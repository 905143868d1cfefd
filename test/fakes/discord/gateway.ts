import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { INTENTS } from './state.ts';

interface Packet {
  readonly op: 0;
  readonly t: string;
  readonly s: number;
  readonly d: unknown;
}

interface Session {
  readonly id: string;
  readonly intents: number;
  readonly sent: Packet[];
  socket: WebSocket | null;
}

export interface GatewayHost {
  readonly token: string;
  readonly newId: () => string;
  /** Content of READY and of the GUILD_CREATE after it. */
  readonly ready: (session: string, shard: unknown) => { ready: object; guild: object };
  /** Intents that the application was not granted. */
  readonly disallowed: () => number;
  readonly ownUser: string;
}

/** The WebSocket half: sessions with replay, intents, heartbeats; every way it can break is a switch. */
export function createGatewayServer(host: GatewayHost) {
  const server = new WebSocketServer({ noServer: true });
  const sessions = new Map<string, Session>();
  const counts = { identify: 0, resume: 0 };
  const faults = {
    refuseResume: false,
    heartbeatMs: 41_250,
    noHeartbeatAck: false,
    disallow: false,
    refuseToken: false,
  };

  const say = (socket: WebSocket | null, packet: object): void => {
    if (socket?.readyState === 1) socket.send(JSON.stringify(packet));
  };

  const send = (session: Session, t: string, d: unknown): void => {
    const packet: Packet = { op: 0, t, s: session.sent.length + 1, d };
    session.sent.push(packet);
    say(session.socket, packet);
  };

  const identify = (socket: WebSocket, d: { token: string; intents: number; shard: unknown }) => {
    counts.identify += 1;
    if (faults.refuseToken || d.token.replace(/^Bot /, '') !== host.token)
      return socket.close(4004, 'Authentication failed.');
    if (faults.disallow || (host.disallowed() & d.intents) !== 0)
      return socket.close(4014, 'Disallowed intent(s).');
    const session: Session = { id: host.newId(), intents: d.intents, sent: [], socket };
    sessions.set(session.id, session);
    const { ready, guild } = host.ready(session.id, d.shard);
    send(session, 'READY', ready);
    if ((d.intents & INTENTS.guilds) !== 0) send(session, 'GUILD_CREATE', guild);
  };

  const resume = (socket: WebSocket, d: { session_id: string; seq: number }) => {
    counts.resume += 1;
    const session = sessions.get(d.session_id);
    if (session === undefined || faults.refuseResume) {
      sessions.delete(d.session_id);
      return say(socket, { op: 9, d: false, s: null, t: null });
    }
    session.socket = socket;
    for (const packet of session.sent.filter((each) => each.s > d.seq)) say(socket, packet);
    send(session, 'RESUMED', {});
  };

  server.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    const query = new URL(request.url ?? '/', 'http://x').searchParams;
    if (query.get('v') !== '10' || query.get('encoding') !== 'json')
      return socket.close(4012, 'Invalid API version');
    say(socket, { op: 10, d: { heartbeat_interval: faults.heartbeatMs }, s: null, t: null });
    socket.on('message', (data) => {
      const { op, d } = JSON.parse(String(data)) as { op: number; d: never };
      if (op === 1 && !faults.noHeartbeatAck) say(socket, { op: 11, d: null, s: null, t: null });
      if (op === 2) identify(socket, d);
      if (op === 6) resume(socket, d);
    });
    socket.on('close', () => {
      for (const session of sessions.values()) if (session.socket === socket) session.socket = null;
    });
  });

  const intentsOf = (t: string): number =>
    t.startsWith('MESSAGE_REACTION')
      ? INTENTS.reactions
      : t.startsWith('MESSAGE_')
        ? INTENTS.messages
        : /^(GUILD|CHANNEL|THREAD)_/.test(t)
          ? INTENTS.guilds
          : 0;

  return {
    counts,
    faults,
    upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer): void =>
      server.handleUpgrade(request, socket, head, (made) =>
        server.emit('connection', made, request),
      ),
    connected: (): number =>
      [...sessions.values()].filter((session) => session.socket !== null).length,
    dispatch(t: string, d: Record<string, unknown>): void {
      const needed = intentsOf(t);
      for (const session of sessions.values()) {
        if (needed === 0 || (session.intents & needed) !== 0)
          send(session, t, visible(t, d, session.intents, host.ownUser));
      }
    },
    /** Ends all connections as Discord would. 4000: may be resumed. */
    close(code: number): void {
      for (const session of sessions.values()) session.socket?.close(code);
    },
    reconnect(): void {
      for (const session of sessions.values())
        say(session.socket, { op: 7, d: null, s: null, t: null });
    },
    /** Op 9: the session is over. */
    invalidate(): void {
      for (const session of [...sessions.values()]) {
        sessions.delete(session.id);
        say(session.socket, { op: 9, d: false, s: null, t: null });
      }
    },
    /** Cuts the wires without a word. */
    cut(): void {
      for (const client of server.clients) client.terminate();
    },
    /** Forgets the sessions, so that nothing can be resumed: what an hour offline does. */
    forget: (): void => sessions.clear(),
  };
}

/** Without the content intent a bot reads only what mentions it and what it wrote itself. */
function visible(
  t: string,
  d: Record<string, unknown>,
  intents: number,
  self: string,
): Record<string, unknown> {
  if ((t !== 'MESSAGE_CREATE' && t !== 'MESSAGE_UPDATE') || (intents & INTENTS.content) !== 0)
    return d;
  const author = d.author as { id: string };
  const mentions = d.mentions as readonly { id: string }[];
  if (author.id === self || mentions.some((user) => user.id === self)) return d;
  return { ...d, content: '', embeds: [], attachments: [], components: [] };
}
