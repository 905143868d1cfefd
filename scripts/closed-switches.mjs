// `npm run check`: a switch over a closed union has no bare `default`, so that a new member must be named there or the compiler
// says where it is missing. `default: return unreachable(x)` is fine, and so is a default that hands the rest to a function which
// takes only the rest. scripts/open-defaults.json holds the files that had some before; their numbers may only shrink.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { openDefaults } from './lib/open-defaults.mjs';
import { root } from './lib/root.mjs';

const known = JSON.parse(readFileSync(path.join(root, 'scripts', 'open-defaults.json'), 'utf8'));

function placesOf(config) {
  const file = path.join(root, config);
  const { options, fileNames } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(file, ts.sys.readFile).config,
    ts.sys,
    path.dirname(file),
  );
  return openDefaults(ts.createProgram(fileNames, { ...options, noEmit: true }), root);
}

const found = new Map(
  ['tsconfig.json', 'src/web/page/tsconfig.json']
    .flatMap(placesOf)
    .map((place) => [place.text, place]),
);
const byFile = Map.groupBy(found.values(), ({ file }) => file);
const tooMany = [...byFile].filter(([file, places]) => places.length > (known[file] ?? 0));
for (const [, places] of tooMany) for (const { text } of places) console.error(text);
const fewer = Object.keys(known).filter((file) => (byFile.get(file)?.length ?? 0) < known[file]);
for (const file of fewer)
  console.error(`${file} has fewer now: lower its number in scripts/open-defaults.json`);
console.log(
  `${found.size} bare defaults over closed unions, ${tooMany.length} files above their number`,
);
if (process.argv.includes('--print'))
  console.log(
    JSON.stringify(
      Object.fromEntries([...byFile].map(([file, places]) => [file, places.length]).sort()),
      null,
      2,
    ),
  );
process.exit(tooMany.length + fewer.length === 0 ? 0 : 1);
