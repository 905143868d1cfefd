import { buildSync } from 'esbuild';
import { templateFile } from './template-folder.ts';

/**
 * One JavaScript file with the TypeScript program `entry` and all it imports, made once in a run of the tests: Node starts it in a
 * quarter of the time that stripping types and reading packages takes it, and tests start such programs hundreds of times. The program
 * must not look for files beside its source. `entry` itself where nothing is kept for a run.
 */
export function bundledProgram(entry: string): string {
  const file = templateFile(`program ${entry}`, '.mjs', (outfile) => {
    buildSync({
      entryPoints: [entry],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node22.12',
      // CommonJS packages inside call require().
      banner: {
        js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
      },
      logLevel: 'error',
    });
  });
  return file ?? entry;
}
