import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { manualClock } from '../../../test/support/manual-clock.ts';
import { until } from '../../../test/support/until.ts';
import { OpencodeServer } from './server.ts';

test('while it boots the server may accept and never answer: the stream is asked for anew, sooner than an answer is given up', async () => {
  const asked: ServerResponse[] = [];
  const server = createServer((_request, response) => {
    asked.push(response);
    if (asked.length < 3) return;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(
      'data: {"type":"session.status","properties":{"sessionID":"s","status":{"type":"busy"}}}\n\n',
    );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const clock = manualClock();
  let opened = 0;
  const events: string[] = [];
  const stream = new OpencodeServer({
    port: (server.address() as AddressInfo).port,
    password: 'x',
  }).follow(
    clock,
    () => (opened += 1),
    (event) => events.push(event.type),
  );
  onTestFinished(() => {
    stream.close();
    server.closeAllConnections();
    server.close();
  });
  /** Time passes in small steps while something is awaited of the network. */
  const meanwhile = (holds: () => boolean, what: string): Promise<unknown> =>
    until(
      () => {
        if (!holds()) clock.advance(10);
        return holds();
      },
      { what },
    );
  for (const times of [1, 2]) {
    await until(() => asked.length >= times, { what: `request ${times}` });
    clock.advance(250);
    await until(() => asked[times - 1]?.closed, { what: 'the request to be given up' });
    await meanwhile(() => asked.length > times, 'the next request');
  }
  await meanwhile(() => events.length > 0, 'an event');
  expect(opened).toBeGreaterThan(0);
  expect(new Set(events)).toEqual(new Set(['session.status']));
});
