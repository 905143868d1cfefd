import { expect, test } from 'vitest';
import {
  core,
  DISGUISES,
  EVERY_SIGN,
  KEY,
  leakOf,
  MARKED,
  TOKENS,
} from '../../../test/support/seeded-secrets.ts';
import { createRedact, createRedactor } from '../redact.ts';

const KNOWN = [MARKED, EVERY_SIGN, KEY, `ao_s_${'Ab3_-'.repeat(8)}xyz`, 'p#1!a$2', 'pässwörd-9ß'];
const redact = createRedact(KNOWN);
const disguises = Object.entries(DISGUISES);

test('the look for secrets sees each disguise, so that it can fail', () => {
  for (const [name, disguise] of disguises)
    expect(leakOf(`before ${disguise(MARKED)} after`, MARKED), name).not.toBeNull();
});

test.each(disguises)(
  'a known secret as %s is masked, what stands around it is not',
  (name, disguise) => {
    for (const secret of KNOWN) {
      if (secret === 'p#1!a$2' && name.startsWith('base64')) continue;
      const text = `the words before ${disguise(secret)} the words after`;
      const clean = redact(text);
      expect(leakOf(clean, secret), `${secret} in ${clean}`).toBeNull();
      expect(clean).toContain('[redacted]');
      expect(clean).toMatch(/^the words before /);
      expect(clean).toMatch(/ the words after$/);
    }
  },
);

test('disguises on top of each other', () => {
  const deep = [
    (text: string) => encodeURIComponent(JSON.stringify(text)),
    (text: string) =>
      DISGUISES['entities of Slack']?.(DISGUISES['escaped for Markdown']?.(text) ?? '') ?? '',
    (text: string) => JSON.stringify({ body: DISGUISES.colours?.(text) }),
    (text: string) => DISGUISES.quoted?.(DISGUISES['escaped for Markdown']?.(text) ?? '') ?? '',
    (text: string) => DISGUISES['lines of a patch']?.(DISGUISES.JSON?.(text) ?? '') ?? '',
    (text: string) => DISGUISES['zero-width characters']?.(DISGUISES.base64?.(text) ?? '') ?? '',
  ];
  for (const secret of KNOWN.slice(0, 4))
    for (const [at, disguise] of deep.entries()) {
      const clean = redact(`x ${disguise(secret)} y`);
      expect(leakOf(clean, secret), `${at}: ${clean}`).toBeNull();
    }
});

test.each(Object.entries(TOKENS))(
  'an unknown token of %s is masked however it is written',
  (_, token) => {
    const none = createRedact([]);
    const seen = disguises
      // Lines are put together before a shape is looked for; a token of several words has no such form.
      .filter(([name]) => !/base64|a listing/.test(name))
      .filter(([, disguise]) => none(`say ${disguise(token)} now`).includes(core(token)))
      .map(([name]) => name);
    expect(seen).toEqual([]);
    for (const [name, disguise] of disguises)
      expect(leakOf(none(`say ${disguise(token)} now`), core(token)), name).toBeNull();
  },
);

test('each line of a key is masked where the others are missing', () => {
  for (const line of KEY.split('\n').slice(1, -1))
    expect(redact(`+${line}\n more`)).toBe('+[redacted]\n more');
});

test('a secret that is learned later is masked from then on, also where the same text was shown before', () => {
  const { redact: later, learn } = createRedactor([]);
  expect(later('it is hunter2-blue')).toBe('it is hunter2-blue');
  learn(['hunter2-blue']);
  expect(later('it is hunter2-blue')).toBe('it is [redacted]');
});

test('what only looks like an encoding stays', () => {
  const texts = [
    '100 % of 20%; a\\b C:\\new\\table &c; &nosuch; 50%25 %zz',
    '2026-11-30 06:53:57 12:34:56:78 00:11:22:33:44:55',
    'src/app.ts:12:3 - error TS2304\n  12 | const a = 1;\n+added\n-gone\n> quoted',
    '\u001b[32mgreen\u001b[0m and plain, naïve café',
    'risk-\nassessment-of-everything-that-is-there',
    `sha256:${'0123456789abcdef'.repeat(4)}`,
    'risk-free and task-based work at https://forge.test/a/b?x=1&y=2#z',
  ];
  for (const text of texts) expect(redact(text)).toBe(text);
});
