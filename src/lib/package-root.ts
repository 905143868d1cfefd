import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Absolute path of the folder that holds ao's package.json. The same from source and from dist/, so that migrations, demo files and
 * the built page are found relative to it.
 */
export function packageRoot(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, 'package.json'))) {
    const parent = path.dirname(folder);
    if (parent === folder)
      throw new Error(
        `no package.json above ${fileURLToPath(import.meta.url)}: the installation is incomplete, install ao again`,
      );
    folder = parent;
  }
  return folder;
}
