// Looks for tabs, trailing blanks and lines over 100 characters; `--fix` repairs the first two.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const fix = process.argv.includes('--fix');
const files = ['src', 'test'].flatMap((dir) => readdirSync(dir).map((name) => join(dir, name)));
let problems = 0;

for (const file of files) {
  const before = readFileSync(file, 'utf8');
  const after = before
    .replaceAll('\t', '  ')
    .replace(/[ \t]+$/gm, '')
    .replace(/\n*$/, '\n');
  if (fix && after !== before) {
    writeFileSync(file, after);
    console.log(`formatted ${file}`);
  }
  const text = fix ? after : before;
  text.split('\n').forEach((line, index) => {
    const why = /\t/.test(line)
      ? 'a tab'
      : /[ \t]$/.test(line)
        ? 'a trailing blank'
        : line.length > 100
          ? `${line.length} characters`
          : null;
    if (why === null) return;
    problems += 1;
    console.log(`error: ${file}:${index + 1} has ${why}`);
  });
}

console.log(
  problems === 0 ? `style: ${files.length} files are fine` : `style: ${problems} problems`,
);
process.exitCode = problems === 0 ? 0 : 1;
