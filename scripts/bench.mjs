// `npm run bench [NAME…]`: runs test/bench/*.bench.ts.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { requireProductNode } from './lib/node-binary.mjs';
import { root } from './lib/root.mjs';
import { run } from './lib/step.mjs';

const folder = path.join(root, 'test', 'bench');
const wanted = process.argv.slice(2);
const files = (existsSync(folder) ? readdirSync(folder) : [])
  .filter((file) => file.endsWith('.bench.ts') && (wanted.length === 0 || wanted.some((name) => file.startsWith(name))))
  .sort();
if (files.length === 0) {
  console.error('error: no benchmark of that name in test/bench');
  process.exit(2);
}

let failed = 0;
for (const file of files) {
  console.log(`\n== ${file.replace('.bench.ts', '')}`);
  const { code } = await run(requireProductNode(), [path.join(folder, file)]);
  if (code !== 0) failed += 1;
}
process.exit(failed === 0 ? 0 : 1);
