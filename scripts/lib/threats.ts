import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const FROM = '<!-- from here on: npm run docs -->';
const TO = '<!-- until here: npm run docs -->';
/** `// threat: who does what | what ao does about it`, above the test that shows it. */
const LABEL = /^\s*\/\/ threat: (.+?) \| (.+)$/;
const TEST = /^\s*(?:it|test)\b[^'"`]*/;

interface Threat {
  readonly threat: string;
  readonly answer: string;
  readonly test: string;
  readonly file: string;
}

/** Labels of all tests, by file. Throws for one that no test follows. */
export function threatsIn(text: string, file: string): readonly Threat[] {
  const lines = text.split('\n');
  return lines.flatMap((line, at) => {
    const [, threat, answer] = LABEL.exec(line) ?? [];
    if (threat === undefined || answer === undefined) return [];
    const test = nameAfter(lines, at);
    if (test === null) throw new Error(`${file}:${at + 1}: no test follows the label`);
    return [{ threat, answer, test, file }];
  });
}

/** The first string of the test that begins within the next lines: a table of cases may stand before its name. */
function nameAfter(lines: readonly string[], label: number): string | null {
  const start = lines.findIndex((line, at) => at > label && TEST.test(line));
  if (start === -1 || lines.slice(label + 1, start).some((line) => line.trim() === '')) return null;
  const rest = lines.slice(start, start + 60).join('\n');
  const table = /^\s*(?:it|test)\.(?:each|for)\b/.test(rest);
  const named = table ? /\n?\s*\)?\(\s*(['"`])((?:\\.|(?!\1).)+)\1,\s*(?:async\s*)?\(/ : null;
  const found = (named ?? /(['"`])((?:\\.|(?!\1).)+)\1/).exec(rest);
  return found?.[2]?.replaceAll("\\'", "'") ?? null;
}

/** docs/security.md with the table of threats that tests play, as their labels have it. */
export function securityDoc(root: string): string {
  const text = readFileSync(path.join(root, 'docs', 'security.md'), 'utf8');
  const [before = '', rest = ''] = text.split(FROM);
  const after = rest.split(TO)[1] ?? '';
  const threats = ['src', 'plugins', 'test']
    .flatMap((folder) => testsBelow(root, folder))
    .flatMap((file) => threatsIn(readFileSync(path.join(root, file), 'utf8'), file));
  const rows = threats.map(
    ({ threat, answer, test, file }) =>
      `| ${cell(threat)} | ${cell(answer)} | ${cell(test)} (${file}) |`,
  );
  return `${before}${FROM}\n\n| threat | what happens | test |\n|---|---|---|\n${rows.join('\n')}\n\n${TO}${after}`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

const testsBelow = (root: string, folder: string): readonly string[] =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.test\.tsx?$/.test(name))
    .map((name) => path.join(folder, name))
    .toSorted();
