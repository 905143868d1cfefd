// A switch over a closed union has no bare `default`: a new member must be named there, or the compiler says where it is missing.
// `default: return unreachable(x)` is fine (src/lib/unreachable.ts). Prints each place that isn't, and fails.
import path from 'node:path';
import ts from 'typescript';
import { openDefaults } from './lib/open-defaults.mjs';
import { root } from './lib/root.mjs';

const configs = ['tsconfig.json', 'src/web/page/tsconfig.json'];
const found = new Set();
for (const config of configs) {
  const file = path.join(root, config);
  const { options, fileNames } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(file, ts.sys.readFile).config,
    ts.sys,
    path.dirname(file),
  );
  const program = ts.createProgram(fileNames, { ...options, noEmit: true });
  for (const place of openDefaults(program, root)) found.add(place);
}
for (const place of found) console.error(place);
console.log(`${found.size} switches over a closed union have a bare default`);
process.exit(found.size === 0 ? 0 : 1);
