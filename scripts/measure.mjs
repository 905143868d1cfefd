// `npm run measure`: sizes and shapes of the sources, read from their syntax trees. With --check it fails when something
// is larger than its limit (scripts/measure-limits.json holds what was there before; those numbers may only shrink).
// Tables are exempt, each with its reason in scripts/measure-tables.json: lists with one entry for each thing, which nobody
// reads from top to bottom. A table that fits its limit, or is gone, may not stay declared.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { captures, functionsOf, imports, linesOf, sourceFiles } from './lib/measure.mjs';
import { root } from './lib/root.mjs';

const LIMITS = { file: 300, function: 60, captured: 5, typeCycles: 0 };
const limitsFile = path.join(root, 'scripts', 'measure-limits.json');
const known = JSON.parse(readFileSync(limitsFile, 'utf8'));
const tables = JSON.parse(readFileSync(path.join(root, 'scripts', 'measure-tables.json'), 'utf8'));

const files = sourceFiles(root);
const program = ts.createProgram(files, {
  noLib: true,
  noResolve: true,
  allowJs: false,
  jsx: ts.JsxEmit.Preserve,
});
const checker = program.getTypeChecker();
const sources = files
  .map((file) => program.getSourceFile(file))
  .filter((source) => source !== undefined);
const relative = (file) => path.relative(root, file);

const fileSizes = sources.map((source) => ({
  name: relative(source.fileName),
  size: linesOf(source),
}));
const functions = sources.flatMap((source) =>
  functionsOf(source).map(({ node, name }) => ({
    node,
    name: `${relative(source.fileName)} ${name}`,
    size: linesOf(node),
  })),
);
const closures = functions
  .map(({ node, name }) => ({ name, size: captures(node, checker) }))
  .filter(({ size }) => size > 0);
const graph = imports(sources, root);

const worst = (list, n = 10) => [...list].sort((a, b) => b.size - a.size).slice(0, n);
const median = (list) =>
  [...list].map(({ size }) => size).sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
const fanIn = [...graph.importedBy].map(([name, by]) => ({ name, size: by.size }));

const large = {
  files: fileSizes.filter(({ size }) => size > LIMITS.file),
  functions: functions
    .filter(({ size }) => size > LIMITS.function)
    .map(({ name, size }) => ({ name, size })),
};
const notATable = ({ name }) => tables[name] === undefined;
const over = {
  files: large.files.filter(notATable),
  functions: large.functions.filter(notATable),
  closures: closures.filter(({ size }) => size > LIMITS.captured),
};
const excess = Object.entries(over).flatMap(([kind, list]) =>
  list
    .filter(({ name, size }) => size > (known[kind]?.[name] ?? 0))
    .map(
      ({ name, size }) =>
        `${kind}: ${name} has ${size}${known[kind]?.[name] === undefined ? '' : ` (was ${known[kind][name]})`}`,
    ),
);
if (graph.cycles.length > LIMITS.typeCycles)
  excess.push(
    ...graph.cycles
      .filter((cycle) => !(known.cycles ?? []).includes(cycle))
      .map((cycle) => `circular imports: ${cycle}`),
  );

const largeNames = new Set(Object.values(large).flatMap((list) => list.map(({ name }) => name)));
excess.push(
  ...Object.keys(tables)
    .filter((name) => !largeNames.has(name))
    .map(
      (name) => `scripts/measure-tables.json: ${name} is within the limits or gone; take it out`,
    ),
);

if (process.argv.includes('--write')) {
  const table = (list) =>
    Object.fromEntries(
      [...list].sort((a, b) => a.name.localeCompare(b.name)).map(({ name, size }) => [name, size]),
    );
  writeFileSync(
    limitsFile,
    `${JSON.stringify({ files: table(over.files), functions: table(over.functions), closures: table(over.closures), cycles: graph.cycles }, null, 2)}\n`,
  );
} else if (process.argv.includes('--check')) {
  for (const line of excess) console.log(line);
  console.log(`${files.length} files measured, ${excess.length} above their limit`);
  process.exit(excess.length === 0 ? 0 : 1);
} else {
  const print = (title, list) =>
    console.log(
      `${title}\n${list.map(({ name, size }) => `  ${String(size).padStart(5)}  ${name}`).join('\n')}\n`,
    );
  console.log(
    `${files.length} files, median ${median(fileSizes)} lines; ${functions.length} functions, median ${median(functions)} lines\n`,
  );
  print(`longest files (limit ${LIMITS.file})`, worst(fileSizes));
  print(`longest functions (limit ${LIMITS.function})`, worst(functions));
  print(`closures by captured variables they assign (limit ${LIMITS.captured})`, worst(closures));
  print('widest fan-in', worst(fanIn));
  console.log(
    `${Object.keys(tables).length} declared tables (scripts/measure-tables.json)\n` +
      `above their limit: ${over.files.length} files, ${over.functions.length} functions, ${over.closures.length} closures; ${graph.cycles.length} circular imports`,
  );
  for (const cycle of graph.cycles) console.log(`  ${cycle}`);
}
