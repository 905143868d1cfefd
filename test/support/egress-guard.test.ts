import dns from 'node:dns';
import net from 'node:net';
import { expect, test } from 'vitest';
import { stoppedAttempts } from './egress-guard.ts';

test.each([
  ['a connection to an address', () => net.connect(80, '192.0.2.1')],
  ['a connection by options', () => new net.Socket().connect({ host: 'example.org', port: 443 })],
  ['a lookup', () => dns.lookup('example.org', () => {})],
])('%s outside the machine throws and is remembered', (_, leave) => {
  expect(leave).toThrow('egress guard');
  expect(stoppedAttempts()).toHaveLength(1);
});

test('fetch outside the machine is refused', async () => {
  await expect(fetch('http://192.0.2.1/')).rejects.toThrow();
  expect(stoppedAttempts()).toEqual(['a connection to 192.0.2.1']);
});

test('loopback goes through', async () => {
  const server = net.createServer((socket) => socket.end('hello'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  const text = await new Promise((resolve) =>
    net.connect(port, 'localhost').on('data', (data) => resolve(String(data))),
  );
  expect(text).toBe('hello');
  server.close();
});
