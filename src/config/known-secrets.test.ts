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

test('a secret is known in a list and below its key too; a path or a bare address under such a key is not one', () => {
  const config = {
    scm: { token: 'one-secret' },
    tokens: ['two-secret', { value: 'three-secret' }],
    mail: { credentials: { user: 'four-secret', deep: { pass: 'five-secret' } } },
    keyFile: '/home/a/key.pem',
    sshKey: '/home/a/.ssh/id_ed25519',
    name: 'plain-word',
  };
  expect([...knownValues(config, ['six-secret', '/usr/bin'])].toSorted()).toEqual(
    ['one', 'two', 'three', 'four', 'five', 'six'].map((n) => `${n}-secret`).toSorted(),
  );
});
