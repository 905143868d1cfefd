// `npm run bench [-- NAME…] [--write]`: runs test/bench/*.bench.ts on what is built, prints a table, leaves coverage/bench.json;
// with --write the table goes into docs/performance.md.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { requireProductNode } from './lib/node-binary.mjs';
import { root } from './lib/root.mjs';
import { built } from './lib/sources.mjs';
import { run } from './lib/step.mjs';

const folder = path.join(root, 'test', 'bench');
const results = path.join(root, 'coverage', 'bench');
const words = process.argv.slice(2);
const wanted = words.filter((word) => !word.startsWith('--'));
const files = readdirSync(folder)
  .filter(
    (file) =>
      file.endsWith('.bench.ts') &&
      (wanted.length === 0 || wanted.some((name) => file.startsWith(name))),
  )
  .sort();
if (files.length === 0) {
  console.error('error: no benchmark of that name in test/bench');
  process.exit(2);
}

const node = requireProductNode();
if (!built() && (await run(node, ['scripts/build.mjs', '--quiet'])).code !== 0) process.exit(1);
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

let failed = 0;
for (const file of files) {
  console.log(`\n== ${file.replace('.bench.ts', '')}`);
  const { code } = await run(node, [path.join(folder, file)], {
    env: { ...process.env, AO_BENCH_DIR: results },
  });
  if (code !== 0) failed += 1;
}

const figures = readdirSync(results)
  .sort()
  .flatMap((file) => JSON.parse(readFileSync(path.join(results, file), 'utf8')));
const machine = {
  cpu: os.cpus()[0]?.model ?? 'unknown',
  cores: os.cpus().length,
  memoryGiB: Math.round(os.totalmem() / 2 ** 30),
  system: `${os.type()} ${os.release().split('-')[0]}`,
  node: (await run(node, ['--version'], { quiet: true })).output.trim(),
  git: (await run('git', ['--version'], { quiet: true })).output.trim(),
  tmux: (await run('tmux', ['-V'], { quiet: true })).output.trim(),
  load: os.loadavg()[1]?.toFixed(1),
};
writeFileSync(
  path.join(root, 'coverage', 'bench.json'),
  `${JSON.stringify({ machine, figures }, null, 2)}\n`,
);
console.log(`\n${table()}\n`);
if (words.includes('--write')) writeDocs();
process.exit(failed === 0 ? 0 : 1);

function table() {
  const rows = figures.map(({ what, value, unit, floor, limit, runs }) => {
    const judged = floor === undefined ? value : value / floor.value;
    const verdict = limit === undefined ? '' : judged <= limit ? 'met' : 'missed';
    const target = limit === undefined ? '' : `≤ ${limit}${floor === undefined ? ` ${unit}` : 'x'}`;
    const ratio =
      floor === undefined
        ? ''
        : `${judged.toFixed(2)}x of ${floor.value.toFixed(1)} ${unit} (${floor.what})`;
    return `| ${[what, `${value.toFixed(value < 10 ? 2 : 1)} ${unit}`, ratio, target, verdict, runs].join(' | ')} |`;
  });
  return [
    '| figure | median | ratio to the floor | target | | runs |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

/** Everything between the two marks is this run's. */
function writeDocs() {
  const file = path.join(root, 'docs', 'performance.md');
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const [begin, end] = ['<!-- bench begin -->', '<!-- bench end -->'];
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from)
    throw new Error(`${file} has no place for the table: it needs ${begin} and ${end}`);
  const { cpu, cores, memoryGiB, system, node: version, git, tmux, load } = machine;
  const where = `Machine: ${cores} cores (${cpu}), ${memoryGiB} GiB, ${system}, Node ${version}, ${git}, ${tmux}; load average at the end ${load}.`;
  writeFileSync(file, `${text.slice(0, from)}${begin}\n${where}\n\n${table()}\n${text.slice(to)}`);
}
