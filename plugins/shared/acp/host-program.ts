import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

const BUILT = join('dist', 'acp-host.js');

/** The program that runs in the pane: from the sources, or beside the bundle somewhere above. */
export function hostProgram(from: string = import.meta.dirname): string {
  const source = join(from, 'host', 'main.ts');
  if (existsSync(source)) return source;
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, BUILT))) return join(folder, BUILT);
  }
  throw new Error(
    `The program that talks to agents (${BUILT}) is missing. Build or install ao again.`,
  );
}
