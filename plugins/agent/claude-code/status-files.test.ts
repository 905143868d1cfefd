import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../src/lib/clock.ts';
import { untold } from '../../../src/lib/guarded/problem.ts';
import { tempDir } from '../../../test/support/temp-dir.ts';
import { until } from '../../../test/support/until.ts';
import type { StatusFile } from './schema.ts';
import { StatusFiles } from './status-files.ts';

test('wakes for a status that changed, not for other files in its folder', async () => {
  const config = tempDir();
  const folder = join(config, 'sessions');
  mkdirSync(folder);
  const woken: Array<StatusFile | null> = [];
  onTestFinished(
    new StatusFiles(config, systemClock).subscribe((changed) => woken.push(changed), untold),
  );
  for (let n = 0; n < 5; n += 1) writeFileSync(join(folder, `${process.pid}.json.${n}.tmp`), '{}');
  const status = { pid: process.pid, sessionId: 's', status: 'idle' };
  writeFileSync(join(folder, 'last.tmp'), JSON.stringify(status));
  renameSync(join(folder, 'last.tmp'), join(folder, `${process.pid}.json`));
  await until(() => woken.some((changed) => changed?.sessionId === 's'), { what: 'the status' });
  // Null stands for the sweep, which comes after two seconds.
  expect(woken.filter((changed) => changed !== null && changed.sessionId !== 's')).toEqual([]);
  expect(woken.filter((changed) => changed === null).length).toBeLessThan(5);
});
