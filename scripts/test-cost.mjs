// `npm run test:cost`: how much work each test file is, in seconds of CPU: they hardly change with what else the machine does. Linux only.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { requireProductNode } from './lib/node-binary.mjs';
import { root } from './lib/root.mjs';
import { run } from './lib/step.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'ao-cost-'));
const file = path.join(folder, 'rows');
const node = requireProductNode();
const env = {
  ...process.env,
  PATH: [path.dirname(node), process.env.PATH].join(path.delimiter),
  AO_TEST_COST: file,
};
const vitest = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');
const { code } = await run(node, [vitest, 'run', ...process.argv.slice(2)], { env });
const rows = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').map(JSON.parse) : [];
rmSync(folder, { recursive: true });

const total = (key) => rows.reduce((sum, row) => sum + row[key], 0);
const line = (own, children, wall, name) =>
  console.log(
    [own, children, wall].map((seconds) => seconds.toFixed(1).padStart(8)).join(''),
    ` ${name}`,
  );
console.log('\n     own children    wall  seconds, the most work first');
for (const row of rows.toSorted((a, b) => b.own + b.children - a.own - a.children))
  line(row.own, row.children, row.wall, path.relative(root, row.file));
line(total('own'), total('children'), total('wall'), `${rows.length} files`);
process.exit(code);
