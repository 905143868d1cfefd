/** A copy of the sources in memory, with changes laid over it, and what the compiler says about some of its files. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** One place of a change. `after`: what the new text follows; null: the file is new. */
export interface Part {
  readonly file: string;
  readonly after: string | null;
  readonly text: string;
}

const root = path.join(import.meta.dirname, '..', '..');

const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(path.join(root, 'tsconfig.json'), ts.sys.readFile).config,
  ts.sys,
  root,
);
const host = ts.createCompilerHost(options);
/** Files that no change touches are read once. */
const parsed = new Map<string, ts.SourceFile | undefined>();

/** `file: message` of each error in `files`, and only there, with these parts laid over the sources. */
export function errorsIn(parts: readonly Part[], files: readonly string[]): readonly string[] {
  const over = overlay(parts);
  const changed: ts.CompilerHost = {
    ...host,
    fileExists: (file) => over.has(file) || host.fileExists(file),
    readFile: (file) => over.get(file) ?? host.readFile(file),
    getSourceFile(file, languageVersion) {
      const text = over.get(file);
      if (text !== undefined) return ts.createSourceFile(file, text, languageVersion, true);
      if (!parsed.has(file)) parsed.set(file, host.getSourceFile(file, languageVersion));
      return parsed.get(file);
    },
  };
  const program = ts.createProgram({
    rootNames: files.map((file) => path.join(root, file)),
    options: { ...options, noEmit: true, noErrorTruncation: true },
    host: changed,
  });
  return files.flatMap((file) => errorsOf(program, file));
}

function overlay(parts: readonly Part[]): ReadonlyMap<string, string> {
  const over = new Map<string, string>();
  for (const { file, after, text } of parts) {
    const full = path.join(root, file);
    if (after === null) {
      over.set(full, text);
      continue;
    }
    const before = over.get(full) ?? readFileSync(full, 'utf8');
    if (!before.includes(after)) throw new Error(`${file} has no ${after}`);
    over.set(
      full,
      before.replace(after, () => `${after}${text}`),
    );
  }
  return over;
}

function errorsOf(program: ts.Program, file: string): readonly string[] {
  const source = program.getSourceFile(path.join(root, file));
  if (source === undefined) return [];
  return [
    ...program.getSyntacticDiagnostics(source),
    ...program.getSemanticDiagnostics(source),
  ].map(({ messageText }) => `${file}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
}
