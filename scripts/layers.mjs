// Checks who imports whom (.dependency-cruiser.cjs), and that every module really was looked at: with a TypeScript it can't read,
// dependency-cruiser checks nothing and reports no violation.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { cruise } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import configuration from '../.dependency-cruiser.cjs';
import { root } from './lib/root.mjs';
import { filesBelow } from './lib/sources.mjs';

process.chdir(root);
const { forbidden, options } = configuration;
const folders = ['src', 'plugins'].filter((folder) => existsSync(folder));
const { output } = await cruise(
  folders,
  { ruleSet: { forbidden }, validate: true, ...options },
  undefined,
  {
    tsConfig: extractTSConfig(path.join(root, 'tsconfig.json')),
  },
);

const source = (file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts');
const cruised = new Set(output.modules.map((module) => module.source));
const missed = folders.flatMap(filesBelow).filter((file) => source(file) && !cruised.has(file));
const edges = output.summary.totalDependenciesCruised ?? 0;

for (const { rule, from, to, comment } of output.summary.violations) {
  console.error(
    `${rule.severity}: ${rule.name}: ${from} -> ${to}${comment ? ` (${comment})` : ''}`,
  );
}
if (missed.length > 0)
  console.error(
    `error: ${missed.length} modules were not looked at, e.g. ${missed.slice(0, 5).join(', ')}`,
  );
if (edges === 0)
  console.error(
    'error: no import was found in any module: dependency-cruiser could not read the sources',
  );
console.log(
  `${cruised.size} modules, ${edges} imports, ${output.summary.violations.length} violations`,
);
process.exit(missed.length > 0 || edges === 0 || output.summary.violations.length > 0 ? 1 : 0);
