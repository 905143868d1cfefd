import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { isLastingFailure, isPassingFailure } from './passing-failure.ts';

const coded = (code: string, message = code) => Object.assign(new Error(message), { code });
const fetchFailed = (cause: Error) => new TypeError('fetch failed', { cause });

test.each([
  ['refused', fetchFailed(coded('ECONNREFUSED'))],
  ['two addresses', fetchFailed(new AggregateError([coded('ECONNREFUSED'), coded('ENETUNREACH')]))],
  ['a name that cannot be looked up', coded('ENOTFOUND')],
  ['too late', new DOMException('The operation was aborted due to timeout', 'TimeoutError')],
  ['a page of a proxy', new SyntaxError('Unexpected token < in JSON at position 0')],
  ['half an answer', new TypeError('terminated', { cause: coded('UND_ERR_SOCKET') })],
  ['a mail server that hangs up', coded('ECONNECTION')],
  ['no more files', coded('EMFILE')],
])('passes: %s', (_, error) => {
  expect([isPassingFailure(error), isLastingFailure(error)]).toEqual([true, false]);
});

test.each([
  ['a certificate that ran out', fetchFailed(coded('CERT_HAS_EXPIRED'))],
  ['a certificate of nobody known', fetchFailed(coded('DEPTH_ZERO_SELF_SIGNED_CERT'))],
  ['a certificate of another host', fetchFailed(coded('ERR_TLS_CERT_ALTNAME_INVALID'))],
  ['plain text where TLS is expected', fetchFailed(coded('EPROTO'))],
  ['an address that is none', coded('ERR_INVALID_URL')],
])('lasts: %s', (_, error) => {
  expect([isPassingFailure(error), isLastingFailure(error)]).toEqual([false, true]);
});

test.each([
  ['a mistake of the program', new TypeError("Cannot read properties of undefined (reading 'x')")],
  ['something else', new Error('no such thing')],
  ['no error', 'text'],
])('is not known to pass: %s', (_, error) => {
  expect(isPassingFailure(error)).toBe(false);
});

test('a real connection that is refused passes', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  const error = await fetch(`http://127.0.0.1:${port}/`).catch((thrown: unknown) => thrown);
  expect(isPassingFailure(error)).toBe(true);
});
