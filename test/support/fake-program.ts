import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundledProgram } from './bundled-program.ts';

/** Makes an executable that runs a fake agent of `test/fakes/agents` on this Node, and returns its path. */
export function fakeProgram(home: string, name: string, fake: string): string {
  const folder = join(home, 'bin');
  const path = join(folder, name);
  mkdirSync(folder, { recursive: true });
  const program = bundledProgram(join(import.meta.dirname, '..', 'fakes', 'agents', fake));
  writeFileSync(path, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}
