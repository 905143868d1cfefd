/** Starts and stops the server. */

import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type WebSocketServerLike } from '@hono/node-server';
import { WebSocketServer } from 'ws';
import type { Api } from './endpoint.ts';

export interface Listening {
  readonly port: number;
  /** Ends open streams and sockets too. */
  close(): Promise<void>;
}

/** The one expected failure; the message says what to do. */
export class PortInUse extends Error {
  readonly code = 'AO_PORT_IN_USE';
}

/** `port` 0 takes any free one. Throws PortInUse. */
export async function listen(
  app: Api,
  where: { readonly port: number; readonly host: string },
): Promise<Listening> {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: 65_536,
    perMessageDeflate: false,
  });
  // The adapter's type asks for `options.noServer` not to be optional; it is set above.
  const server = createAdaptorServer({
    fetch: app.fetch,
    websocket: { server: sockets as unknown as WebSocketServerLike },
    serverOptions: { requestTimeout: 60_000, headersTimeout: 15_000 },
  }) as Server;
  await started(server, where);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets.clients) socket.terminate();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function started(
  server: Server,
  { port, host }: { readonly port: number; readonly host: string },
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE')
        reject(
          new PortInUse(
            `Port ${port} on ${host} is in use. Is ao running already? See: ao status. Or choose another with AO_PORT or port: in ao.yaml.`,
            {
              cause: error,
            },
          ),
        );
      else reject(error);
    });
    server.listen(port, host, () => resolve());
  });
}
