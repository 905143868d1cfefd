import type { Socket } from 'node:net';
import { type Frame, frame } from './frames.ts';

/** Connections that go over one pipe, by their numbers. Both ends of the pipe keep theirs this way. */
export interface Connections {
  /** What happens to `socket` goes over the pipe from now on. */
  add(number: number, socket: Socket): void;
  /** What came over the pipe goes to the socket it is for; of one that is gone nothing is left to say. */
  take(frame: Frame): void;
  closeAll(): void;
  readonly size: number;
}

export function connectionsOver(write: (bytes: Buffer) => void): Connections {
  const sockets = new Map<number, Socket>();
  return {
    get size() {
      return sockets.size;
    },
    add(number, socket) {
      sockets.set(number, socket);
      socket.on('data', (data) => write(frame('data', number, data)));
      socket.on('end', () => write(frame('end', number)));
      // `close` follows and says it all.
      socket.on('error', () => undefined);
      socket.on('close', () => {
        if (sockets.delete(number)) write(frame('close', number));
      });
    },
    take({ kind, connection, data }) {
      const socket = sockets.get(connection);
      if (socket === undefined) return;
      switch (kind) {
        case 'data':
          socket.write(data);
          return;
        case 'end':
          socket.end();
          return;
        case 'close':
          sockets.delete(connection);
          socket.destroy();
          return;
        case 'open':
        case 'listens':
          return;
      }
    },
    closeAll() {
      const all = [...sockets.values()];
      sockets.clear();
      for (const socket of all) socket.destroy();
    },
  };
}
