import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRedact, redactDeep } from './redact.ts';

const SECRET = 's3cret/value+1 with&blank-and-more';
const redact = createRedact([SECRET]);
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const wrapped = (text: string, every: number, gap: string): string =>
  text.match(new RegExp(`.{1,${every}}`, 'gs'))?.join(gap) ?? '';

test.each([
  ['as it is', `say ${SECRET}!`],
  ['in a URL', `http://h/?t=${encodeURIComponent(SECRET)}&x=1`],
  [
    'in a URL with small letters',
    `?t=${encodeURIComponent(SECRET).replaceAll(/%../g, (code) => code.toLowerCase())}`,
  ],
  ['in a form', `t=${encodeURIComponent(SECRET).replaceAll('%20', '+')}`],
  ['in JSON', JSON.stringify({ a: SECRET })],
  ['in base64', `Basic ${base64(SECRET)}`],
  ['in base64 behind a name', `Basic ${base64(`dana:${SECRET}`)}`],
  ['in base64 between others', base64(`{"a":"x","token":"${SECRET}","b":1}`)],
  ['in base64 for URLs', base64(`xx${SECRET}`).replaceAll('+', '-').replaceAll('/', '_')],
  ['in hexadecimal', Buffer.from(SECRET).toString('hex')],
  ['broken by a terminal', wrapped(SECRET, 9, '\n')],
  ['broken with an indent', wrapped(SECRET, 12, '\r\n    ')],
  ['with zero-width characters', wrapped(SECRET, 1, '\u200b')],
])('a known secret %s is masked', (_, text) => {
  const clean = redact(text);
  expect(clean).toContain('[redacted]');
  for (const piece of ['s3cret', 'value+1', 'blank-and', base64(SECRET).slice(4, 16)])
    expect(clean).not.toContain(piece);
});

test('whatever the cut, less than eight characters of a secret stay on either side', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.string(),
      fc.integer({ min: 1, max: SECRET.length - 1 }),
      (before, after, at) => {
        const chunks = [`${before}|${SECRET.slice(0, at)}`, `${SECRET.slice(at)}|${after}`];
        const [first = '', second = ''] = chunks.map(redact);
        if (at >= 8) expect(first).not.toContain(SECRET.slice(0, 8));
        if (SECRET.length - at >= 8) expect(second).not.toContain(SECRET.slice(-8));
      },
    ),
  );
});

test('what is left of a secret where a line was cut for people is masked', () => {
  expect(redact(`"last: using ${SECRET.slice(0, 15)}…" · more`)).toBe(
    '"last: using [redacted]…" · more',
  );
  expect(redact(`…${SECRET.slice(-12)} and on`)).toBe('…[redacted] and on');
});

test.each([
  ['GitHub', `ghp_${'a1B2'.repeat(9)}`],
  ['GitHub, fine-grained', `github_pat_${'a1B2_'.repeat(10)}x`],
  ['Slack', 'xoxb-123456789012-abcdefghijkl'],
  ['Anthropic', `sk-ant-api03-${'x'.repeat(30)}`],
  ['AWS', 'AKIAABCDEFGHIJKLMNOP'],
  ['npm', `npm_${'a'.repeat(36)}`],
  [
    'a JSON web token',
    `${base64('{"alg":"HS256"}').replaceAll('=', '')}.${base64('{"sub":"1234567890"}').replaceAll('=', '')}.c2lnbmF0dXJlLXNpZ25hdHVyZQ`,
  ],
  ['a session of ao', `ao_s_${'x'.repeat(43)}`],
  [
    'a private key',
    '-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----',
  ],
  ['a private key that is cut off', '-----BEGIN PRIVATE KEY-----\nMIIEpAIBAAKCAQEA'],
])(
  'an unknown token of %s is masked by its shape, plain, in base64 and percent-encoded',
  (_, token) => {
    const none = createRedact([]);
    for (const text of [
      token,
      `x ${token} y`,
      base64(`user:${token}`),
      encodeURIComponent(token),
    ]) {
      expect(none(text), text).toContain('[redacted]');
      expect(none(text), text).not.toContain(token.slice(-12));
    }
  },
);

test('a password in an address is masked, the address stays', () => {
  expect(createRedact([])('cloning https://dana:hunter22@forge.test/app.git')).toBe(
    'cloning https://dana:[redacted]@forge.test/app.git',
  );
  expect(createRedact([])('see https://forge.test:8443/a@b')).toBe(
    'see https://forge.test:8443/a@b',
  );
});

test('ordinary text, commits, ids and base64 of something else stay as they are', () => {
  const text = [
    'app-7 at 3f9c2ab0c0ffee0123456789abcdef0123456789 50 % done, 100%25',
    base64('nothing to see here, just words that go on for a while'),
    'sha512-abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/==',
    'feat/42-fix-the-flaky-login-test-and-more-words-behind-it',
  ].join('\n');
  expect(redact(text)).toBe(text);
});

test('every string of a value is looked at', () => {
  expect(redactDeep({ a: [SECRET, 1, null], b: { c: `x${SECRET}` } }, redact)).toEqual({
    a: ['[redacted]', 1, null],
    b: { c: 'x[redacted]' },
  });
});
