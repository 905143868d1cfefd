import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

const BUILT = join('dist', 'place-helper.js');

/** The helper's program: from the sources, or beside the bundle somewhere above. */
export function helperProgram(from: string = import.meta.dirname): string {
  const source = join(from, 'helper', 'main.ts');
  if (existsSync(source)) return source;
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, BUILT))) return join(folder, BUILT);
  }
  throw new Error(
    `The program that helps agents in other places (${BUILT}) is missing. Build or install ao again.`,
  );
}
