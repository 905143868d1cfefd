import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Posted {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** How the next POST is answered: by a status, or by a connection that breaks before or after the message was taken. */
export type Fault =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  | 'break';

export interface HttpInbox {
  readonly url: string;
  /** What was taken (answered 2xx), in order. */
  readonly taken: readonly Posted[];
  /** What a POST that was taken is answered with. */
  answer: string;
  /** Each is used up by one POST. */
  readonly faults: Fault[];
  close(): Promise<void>;
}

/** Takes POSTs on loopback and keeps them: the other end of a webhook. */
export async function httpInbox(): Promise<HttpInbox> {
  const taken: Posted[] = [];
  const faults: Fault[] = [];
  const inbox: HttpInbox = {
    url: '',
    answer: 'ok',
    taken,
    faults,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const fault = faults.shift();
      if (fault === 'break') return void request.socket.destroy();
      if (fault !== undefined)
        return void response.writeHead(fault.status, fault.headers).end(fault.body ?? '');
      taken.push({ path: request.url ?? '', headers: request.headers, body });
      response.writeHead(200, { 'content-type': 'text/plain' }).end(inbox.answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(inbox, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
}
