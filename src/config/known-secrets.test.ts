import { expect, test } from 'vitest';
import { isSecretKey, knownValues } from './known-secrets.ts';

test.each([
  ...['botToken', 'GITHUB_TOKEN', 'tokens', 'secret', 'client_secret', 'dbPassword', 'passphrase'],
  ...[
    'apiKey',
    'API_KEY',
    'signingKey',
    'SIGNING_KEY',
    'private-key',
    'key',
    'apikey',
    'deployKeys',
  ],
])('%s holds a secret', (key) => expect(isSecretKey(key)).toBe(true));

test.each(['monkey', 'tokenizer', 'publicKey', 'PUBLIC_KEY', 'keyboard', 'keep', 'name'])(
  '%s holds none',
  (key) => expect(isSecretKey(key)).toBe(false),
);

test('a secret is known in a list and below its key too', () => {
  const config = {
    scm: { token: 'one-secret' },
    tokens: ['two-secret', { value: 'three-secret' }],
    mail: { credentials: { user: 'four-secret', deep: { pass: 'five-secret' } } },
    keyFile: '/home/a/key.pem',
    name: 'plain-word',
  };
  expect([...knownValues(config, ['six-secret', '/usr/bin'])].toSorted()).toEqual(
    ['one', 'two', 'three', 'four', 'five', 'six'].map((n) => `${n}-secret`).toSorted(),
  );
});

test.each([
  '/aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0z',
  '/K7MDENG/wJalrXUtn7FEMI/bPxRfiCYEXAMPLE',
  '/abc+def',
  'https://user:pass@db.test/',
])('%s from the environment is a secret, although it begins like a place', (value) =>
  expect([...knownValues({}, [value])]).toEqual([value]),
);

test.each([
  ...['/home/dana/.ao', '/Users/Dana/Work/ao', '/srv/0b1c2d3e-aaaa-bbbb/x', '/var/lib/ao'],
  ...['https://ao.test', 'http://localhost:4000/', '127.0.0.1'],
])('%s from the environment is a place, and stays readable', (value) =>
  expect([...knownValues({}, [value])]).toEqual([]),
);
