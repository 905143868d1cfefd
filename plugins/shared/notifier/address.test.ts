import type { lookup } from 'node:dns';
import { expect, test } from 'vitest';
import { addressProblem, guardedLookup, RefusedAddress, refusalOf } from './address.ts';

const STRICT = { privateNetwork: false };
const OWN = { privateNetwork: true };

test.each([
  'http://hooks.example/x',
  'https://169.254.169.254/latest/meta-data',
  'http://169.254.169.254/',
  'https://[fe80::1]/',
  'https://[::ffff:169.254.169.254]/',
  'https://[fd00:ec2::254]/',
  'https://[fd20:ce::254]/',
  'https://168.63.129.16/',
  'https://100.100.100.200/',
  'https://0.0.0.0/',
  'https://2852039166/',
  'https://10.0.0.7/',
  'https://192.168.1.1/',
  'https://[fc00::1]/',
  'https://[64:ff9b::a9fe:a9fe]/',
])('%s gets no notification', (url) => {
  expect(addressProblem(url, STRICT)).not.toBeNull();
});

test.each([
  'https://hooks.example/x',
  'http://127.0.0.1:8080/x',
  'http://localhost/x',
  'http://[::1]/x',
])('%s may get them', (url) => {
  expect(addressProblem(url, STRICT)).toBeNull();
});

test('privateNetwork opens private addresses and plain HTTP, but no link-local or metadata service', () => {
  for (const url of ['http://10.0.0.7/', 'http://ntfy.lan/', 'https://[fc00::1]/'])
    expect(addressProblem(url, OWN)).toBeNull();
  for (const url of [
    'http://169.254.169.254/',
    'https://[fe80::1]/',
    'https://[fd00:ec2::254]/',
    'https://[fd20:ce::254]/',
    'http://168.63.129.16/',
    'http://100.100.100.200/',
  ])
    expect(addressProblem(url, OWN)).not.toBeNull();
});

// threat: a notifier's address leads into the private network by DNS | not connected to
test('what a name leads to is looked at when it is connected to', async () => {
  expect(refusalOf('hooks.example', '93.184.216.34', STRICT)).toBeNull();
  expect(refusalOf('hooks.example', '127.0.0.1', STRICT)).toMatch(/this machine/);
  expect(refusalOf('hooks.example', '169.254.169.254', OWN)).toMatch(/metadata/);
  // The name was looked at before and led elsewhere then; now it leads to a metadata service.
  const rebound = ((_host: string, _options: object, done: (...args: unknown[]) => void) =>
    done(null, [{ address: '169.254.169.254', family: 4 }])) as unknown as typeof lookup;
  const answer = await new Promise((resolve) =>
    guardedLookup(OWN, rebound)('hooks.example', {}, (error, address) => resolve(error ?? address)),
  );
  expect(answer).toBeInstanceOf(RefusedAddress);
});
