import { chmodSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.ts';
import { createProgramVersions } from './program-version.ts';

const ENV = { PATH: process.env.PATH ?? '/usr/bin:/bin' };

test('a program is asked once, and again when its file is another', async () => {
  const folder = tempDir();
  const [path, asked] = [join(folder, 'program'), join(folder, 'asked')];
  const install = (version: string, at: number): void => {
    writeFileSync(path, `#!/bin/sh\necho x >> '${asked}'\necho 'program ${version}'\n`);
    chmodSync(path, 0o755);
    utimesSync(path, at, at);
  };
  const versions = createProgramVersions();
  install('1.0.0', 1_000);
  expect(await versions.outputOf(path, ['--version'], ENV)).toBe('program 1.0.0');
  expect(await versions.outputOf(path, ['--version'], ENV)).toBe('program 1.0.0');
  expect(readFileSync(asked, 'utf8')).toBe('x\n');
  install('2.0.0', 2_000);
  expect(await versions.outputOf(path, ['--version'], ENV)).toBe('program 2.0.0');
});

test('a program that says nothing is asked again', async () => {
  const folder = tempDir();
  const path = join(folder, 'program');
  writeFileSync(path, '#!/bin/sh\ntrue\n');
  chmodSync(path, 0o755);
  const versions = createProgramVersions();
  expect(await versions.outputOf(path, [], ENV)).toBe('');
  writeFileSync(path, '#!/bin/sh\necho there\n');
  expect(await versions.outputOf(path, [], ENV)).toBe('there');
});
