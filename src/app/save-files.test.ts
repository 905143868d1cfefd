import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.ts';
import { rejected, transient } from '../slots/errors.ts';
import { saveFiles } from './save-files.ts';

const file = (name: string) => ({ name, mime: 'text/plain', size: 3, ref: name });
const redact = (text: string): string => text;
const download = async () => Buffer.from('abc');

test.each([
  ...[
    '../../../etc/passwd',
    '..',
    '.',
    '/',
    '',
    'a/../../b.txt',
    '..\\..\\x.exe',
    '-rf',
    '\u0000x',
  ],
  ...['\u202Egnp.exe', '<!channel>.txt', `${'long '.repeat(100)}.tar.gz`, `${'ü'.repeat(250)}.png`],
])('whatever a file is called, %j, it is in the folder of the session', async (name) => {
  const dataDir = tempDir();
  const saved = await saveFiles({ dataDir, redact, download }, 'app-1', [file(name)]);
  const path = saved.ok ? (saved.value.paths[0] ?? '') : '';
  expect(dirname(path)).toBe(join(dataDir, 'files', 'app-1'));
  expect(basename(path)).toMatch(/^[0-9a-f]{8}-[\w.-]{0,100}$/);
  expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['abc', 0o600]);
});

// threat: a file's name has markup, a mention or an address in it | it is said without them
test('what is gone is named without markup, mentions and addresses', async () => {
  const gone = async () => {
    throw rejected('AO_X', 'it is gone.');
  };
  const saved = await saveFiles({ dataDir: tempDir(), redact, download: gone }, 'app-1', [
    file('<!channel> @here [x](http:\\evil) *b* `c` <@U1>.png'),
    file('***'),
  ]);
  expect(saved).toEqual({
    ok: true,
    value: {
      paths: [],
      missing: [
        'The file channel here x http evil b c U1 .png could not be read: it is gone.',
        'The file without a name could not be read: it is gone.',
      ],
    },
  });
});

test('a failure that may pass, of the platform or of the disk, refuses the whole', async () => {
  const passing = async () => {
    throw transient('AO_X', 'not now.');
  };
  expect(
    await saveFiles({ dataDir: tempDir(), redact, download: passing }, 'app-1', [file('a')]),
  ).toMatchObject({ ok: false, error: { code: 'AO_UPSTREAM' } });
  const dataDir = tempDir();
  mkdirSync(join(dataDir, 'files'));
  writeFileSync(join(dataDir, 'files', 'app-1'), 'in the way');
  expect(await saveFiles({ dataDir, redact, download }, 'app-1', [file('a')])).toMatchObject({
    ok: false,
    error: { code: 'AO_UPSTREAM', message: expect.stringContaining('The file a could not be') },
  });
});
