import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

interface Told {
  readonly code: string;
  readonly message: string | null;
  readonly folder: string;
}

const CODE = /'(AO_[A-Z][A-Z_]+)'/g;
const WITH_MESSAGE = /'(AO_[A-Z][A-Z_]+)',\s*(?:message:\s*)?(['`])((?:\\.|(?!\2)[^\\])*)\2/g;

/** docs/errors.md: every permanent code in the sources, with the words it comes with. `${…}` stands for what is known at the time. */
export function errorsDoc(root: string): string {
  const told = ['src', 'plugins']
    .flatMap((folder) => sources(path.join(root, folder)))
    .flatMap((file) => codesIn(root, file));
  const byCode = Map.groupBy(told, (one) => one.code);
  const rows = [...byCode.entries()]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([code, all]) => row(code, all));
  return `# Error codes

Every refusal and failure has a permanent code. It comes with a sentence that says what happened, why, and what to do; over HTTP it is the \`code\` of a problem document, in the log a field. Generated from the sources (\`npm run docs\`).

| code | says | from |
|---|---|---|
${rows.join('\n')}
`;
}

function row(code: string, all: readonly Told[]): string {
  const message = all.find((one) => one.message !== null)?.message ?? '';
  const folders = [...new Set(all.map((one) => one.folder))].toSorted().join(', ');
  return `| \`${code}\` | ${message} | ${folders} |`;
}

function codesIn(root: string, file: string): readonly Told[] {
  const text = readFileSync(file, 'utf8');
  const folder = path.dirname(path.relative(root, file)).split(path.sep).slice(0, 3).join('/');
  const messages = new Map(
    [...text.matchAll(WITH_MESSAGE)].map((match) => [match[1] ?? '', readable(match[3] ?? '')]),
  );
  return [...text.matchAll(CODE)].map((match) => ({
    code: match[1] ?? '',
    message: messages.get(match[1] ?? '') ?? null,
    folder,
  }));
}

/** Source text as a cell of a table: expressions become an ellipsis. */
function readable(source: string): string {
  let text = source.replaceAll("\\'", "'");
  let before: string;
  do {
    before = text;
    text = text.replaceAll(/\$\{[^${}]*(?:\{[^{}]*\}[^${}]*)*\}/g, '…');
  } while (text !== before);
  return text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ').trim();
}

function sources(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(
      (entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'),
    )
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted();
}
