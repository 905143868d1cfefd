// `npm run test:crash`: the whole crash matrix; takes long. Its options are in test/crash/run-all.ts.
import path from 'node:path';
import { requireProductNode } from './lib/node-binary.mjs';
import { root } from './lib/root.mjs';
import { run } from './lib/step.mjs';

const node = requireProductNode();
const env = { ...process.env, PATH: [path.dirname(node), process.env.PATH].join(path.delimiter) };
const { code } = await run(node, ['test/crash/run-all.ts', ...process.argv.slice(2)], {
  cwd: root,
  env,
});
process.exit(code);
