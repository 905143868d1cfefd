/** Colours of code. The library and each language are loaded when a file needs them; it gives tokens, so no HTML is made of code. */
import type { PatchFile, PatchLine } from './patch.ts';

export interface CodeToken {
  readonly text: string;
  /** Null: plain. */
  readonly type: string | null;
}

const LANGUAGES: Readonly<Record<string, string>> = {
  bash: 'bash',
  sh: 'bash',
  zsh: 'bash',
  c: 'c',
  h: 'c',
  cc: 'c',
  cpp: 'c',
  hpp: 'c',
  cs: 'java',
  css: 'css',
  scss: 'css',
  less: 'css',
  dockerfile: 'docker',
  go: 'go',
  html: 'html',
  vue: 'html',
  svelte: 'html',
  htm: 'html',
  ini: 'ini',
  java: 'java',
  kt: 'java',
  kts: 'java',
  scala: 'java',
  js: 'js',
  cjs: 'js',
  mjs: 'js',
  jsx: 'js',
  json: 'json',
  jsonc: 'json',
  lua: 'lua',
  makefile: 'make',
  mk: 'make',
  md: 'md',
  mdx: 'md',
  pl: 'pl',
  pm: 'pl',
  py: 'py',
  pyi: 'py',
  rs: 'rs',
  sql: 'sql',
  swift: 'ts',
  toml: 'toml',
  ts: 'ts',
  mts: 'ts',
  cts: 'ts',
  tsx: 'ts',
  xml: 'xml',
  svg: 'xml',
  yaml: 'yaml',
  yml: 'yaml',
};

/** Null: its lines are plain. */
function languageOf(path: string): string | null {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  return LANGUAGES[name] ?? LANGUAGES[name.slice(name.lastIndexOf('.') + 1)] ?? null;
}

/** Longer files stay plain: nobody reads them for their colours, and they would hold the page. */
const LONGEST = 4_000;

export async function colours(
  file: PatchFile,
): Promise<ReadonlyMap<PatchLine, readonly CodeToken[]>> {
  const language = languageOf(file.path);
  const found = new Map<PatchLine, readonly CodeToken[]>();
  if (language === null || file.lines.length > LONGEST) return found;
  const { tokenize } = await import('@speed-highlight/core');
  // What was and what is, each as one text; lines that are in both get the colours of what is.
  for (const hunk of hunks(file.lines))
    for (const side of ['del', 'add'] as const) {
      const lines = hunk.filter((line) => line.kind === side || line.kind === 'same');
      const rows: CodeToken[][] = [[]];
      await tokenize(lines.map((line) => line.text).join('\n'), language, (text, type) => {
        for (const [at, part] of text.split('\n').entries()) {
          if (at > 0) rows.push([]);
          if (part !== '') rows.at(-1)?.push({ text: part, type: type ?? null });
        }
      });
      for (const [at, line] of lines.entries()) found.set(line, rows[at] ?? []);
    }
  return found;
}

function hunks(lines: readonly PatchLine[]): readonly PatchLine[][] {
  const found: PatchLine[][] = [];
  for (const line of lines) {
    if (line.kind === 'hunk') found.push([]);
    else found.at(-1)?.push(line);
  }
  return found;
}
