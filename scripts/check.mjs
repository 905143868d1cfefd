// `npm run check`: everything a change must pass. All steps run even when one fails; the last lines say which.
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { requireProductNode } from './lib/node-binary.mjs';
import { root } from './lib/root.mjs';
import { run } from './lib/step.mjs';
import { forgetTestReport, printTestSummary, TEST_REPORT } from './lib/test-report.mjs';

const node = requireProductNode();
const bin = path.join(root, 'node_modules', '.bin');
// Children find the packaged Node first, whichever Node started npm.
const env = {
  ...process.env,
  PATH: [path.dirname(node), bin, process.env.PATH].join(path.delimiter),
};
const page = 'src/web/page';
const vitestArgs = process.argv.slice(2);

mkdirSync(path.dirname(TEST_REPORT), { recursive: true });
forgetTestReport();

const steps = [
  ['lint and format', 'biome', ['check', '--error-on-warnings']],
  ['types', 'tsc', ['-p', '.']],
  ...(existsSync(path.join(root, page, 'tsconfig.json'))
    ? [['types of the page', 'tsc', ['-p', page, '--noEmit']]]
    : []),
  ['layers', node, ['scripts/layers.mjs']],
  ['sizes', node, ['scripts/measure.mjs', '--check']],
  ['switches', node, ['scripts/closed-switches.mjs']],
  ['dead code', 'knip', ['--no-progress']],
  ['recipes', 'vitest', ['run', '--config', 'vitest.house.config.ts']],
  ['build', node, ['scripts/build.mjs', '--quiet']],
  [
    'tests',
    'vitest',
    [
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${TEST_REPORT}`,
      ...vitestArgs,
    ],
  ],
];

const failed = [];
for (const [label, command, args] of steps) {
  const started = performance.now();
  console.log(`\n== ${label}`);
  const program = command === node ? node : path.join(bin, command);
  const { code } = await run(program, args, { env });
  const took = `${((performance.now() - started) / 1000).toFixed(1)} s`;
  console.log(`== ${label}: ${code === 0 ? 'ok' : `FAILED (exit ${code})`}, ${took}`);
  if (code !== 0) failed.push(label);
}

console.log('');
const report = printTestSummary();
if (!report) failed.push('test report');
console.log(failed.length === 0 ? 'check: ok' : `check: FAILED: ${failed.join(', ')}`);
process.exit(failed.length === 0 ? 0 : 1);
