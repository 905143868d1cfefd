import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** What an upstream can do to those who ask it. */
export type Weather =
  | { readonly type: 'fair' }
  /** Refuses connections. */
  | { readonly type: 'down' }
  /** Answers after so long, ms. */
  | { readonly type: 'slow'; readonly ms: number }
  /** Does what was asked only after so long, ms: long after whoever asked has given up. Reading is as quick as ever. */
  | { readonly type: 'late'; readonly ms: number }
  /** In turn: cuts before it does what was asked, does it and cuts before the answer, is fair. */
  | { readonly type: 'flapping' }
  /** In turn: a page instead of data, half an answer, data of another shape, noise; `done`: after having done what was asked. */
  | { readonly type: 'garbage'; readonly done: boolean };

export interface FaultyProxy {
  readonly url: string;
  weather: Weather;
  /** Requests so far. */
  requests(): number;
  /** Those of them that change something. */
  writes(): number;
  /** Of `late` weather: those that are still to be done. */
  due(): number;
  close(): Promise<void>;
}

const GARBAGE: readonly { readonly type: string; readonly body: string | Buffer }[] = [
  { type: 'text/html', body: '<html><body>502 Bad Gateway</body></html>' },
  { type: 'application/json', body: '{"ok": tru' },
  { type: 'application/json', body: '[[[null, 17]]]' },
  { type: 'application/json', body: Buffer.from([0, 255, 254, 10, 0, 3, 200]) },
  { type: 'application/json', body: '' },
];

/** Stands between a client and a server on loopback, WebSockets included, and spoils what goes through as it is told. */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const to = new URL(target);
  let count = 0;
  let writes = 0;
  let due = 0;
  const sockets = new Set<Socket>();

  const forward = async (
    incoming: IncomingMessage,
    wait = 0,
  ): Promise<{ status: number; headers: IncomingMessage['headers']; body: Buffer }> => {
    const body = await whole(incoming);
    if (wait > 0) await pause(wait);
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          host: to.hostname,
          port: to.port,
          path: incoming.url,
          method: incoming.method,
          headers: { ...incoming.headers, host: to.host },
        },
        (answer) => {
          whole(answer).then(
            (text) =>
              resolve({ status: answer.statusCode ?? 500, headers: answer.headers, body: text }),
            reject,
          );
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  };

  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    count += 1;
    if (isWriting(incoming)) writes += 1;
    const { weather } = proxy;
    if (weather.type === 'down') return void incoming.socket.destroy();
    if (weather.type === 'flapping' && count % 3 === 0) return void incoming.socket.destroy();
    if (weather.type === 'garbage' && !weather.done) return spoil(response, count);
    if (weather.type === 'late' && isWriting(incoming))
      return doLate(incoming, response, weather.ms);
    const { status, headers, body } = await forward(incoming);
    if (weather.type === 'flapping' && count % 3 === 1) return void incoming.socket.destroy();
    if (weather.type === 'garbage') return spoil(response, count);
    if (weather.type === 'slow') await pause(weather.ms);
    const { 'transfer-encoding': _chunks, ...rest } = headers;
    response.writeHead(status, { ...rest, 'content-length': String(body.length) }).end(body);
  };

  const doLate = async (
    incoming: IncomingMessage,
    response: ServerResponse,
    ms: number,
  ): Promise<void> => {
    due += 1;
    try {
      await forward(incoming, ms);
    } finally {
      due -= 1;
      // Nobody listens any more.
      response.destroy();
    }
  };

  const server = createServer((incoming, response) => {
    answer(incoming, response).catch(() => response.destroy());
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (incoming, socket, head) => {
    if (proxy.weather.type === 'down') return void socket.destroy();
    const upstream = connect(Number(to.port), to.hostname, () => {
      const lines = Object.entries(incoming.headers).map(
        ([name, value]) => `${name}: ${String(value)}`,
      );
      upstream.write(
        `${incoming.method} ${incoming.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`,
      );
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
    });
    const drop = (): void => {
      upstream.destroy();
      socket.destroy();
    };
    for (const end of [upstream, socket]) end.on('error', drop);
    sockets.add(upstream);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: FaultyProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    weather: { type: 'fair' },
    requests: () => count,
    writes: () => writes,
    due: () => due,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return proxy;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Slack's methods are all POST. */
const isWriting = ({ method, url }: IncomingMessage): boolean =>
  method !== 'GET' && !/\/(agents|apps|auth|conversations|usergroups|users)\./.test(url ?? '');

function spoil(response: ServerResponse, count: number): void {
  const { type, body } = GARBAGE[count % GARBAGE.length] ?? { type: 'text/plain', body: '' };
  response.writeHead(200, { 'content-type': type }).end(body);
}

async function whole(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
