export interface PatchLine {
  readonly kind: 'add' | 'del' | 'same' | 'hunk' | 'note';
  readonly text: string;
  readonly before: number | null;
  readonly after: number | null;
}

export interface PatchFile {
  readonly path: string;
  /** Only when it was renamed. */
  readonly from: string | null;
  readonly change: 'added' | 'deleted' | 'renamed' | 'changed';
  readonly binary: boolean;
  /** Git's name for the content after; null: the patch doesn't say. */
  readonly blob: string | null;
  readonly additions: number;
  readonly deletions: number;
  readonly lines: readonly PatchLine[];
}

/** Reads what `git diff` prints. Unknown lines are kept as notes, so nothing of a patch is hidden. */
export function parsePatch(patch: string): readonly PatchFile[] {
  return patch
    .split(/^(?=diff --git )/m)
    .filter((part) => part.startsWith('diff --git '))
    .map(parseFile);
}

function parseFile(part: string): PatchFile {
  const all = part.replace(/\n$/, '').split('\n');
  const start = all.findIndex((line) => line.startsWith('@@'));
  const head = start < 0 ? all : all.slice(0, start);
  const lines = start < 0 ? [] : numbered(all.slice(start));
  const [before, after] = pathsOf(head);
  const has = (prefix: string): boolean => head.some((line) => line.startsWith(prefix));
  return {
    path: after,
    from: before === after ? null : before,
    change: has('new file')
      ? 'added'
      : has('deleted file')
        ? 'deleted'
        : has('rename from')
          ? 'renamed'
          : 'changed',
    blob: /^index [0-9a-f]+\.\.([0-9a-f]+)/m.exec(head.join('\n'))?.[1] ?? null,
    binary: has('Binary files') || has('GIT binary patch'),
    additions: lines.filter((line) => line.kind === 'add').length,
    deletions: lines.filter((line) => line.kind === 'del').length,
    lines,
  };
}

function pathsOf(head: readonly string[]): [before: string, after: string] {
  const after = head.find((line) => line.startsWith('+++ '))?.slice(4);
  const before = head.find((line) => line.startsWith('--- '))?.slice(4);
  const renamed = [
    head.find((line) => line.startsWith('rename from '))?.slice(12),
    head.find((line) => line.startsWith('rename to '))?.slice(10),
  ];
  if (renamed[0] !== undefined && renamed[1] !== undefined)
    return [unquoted(renamed[0]), unquoted(renamed[1])];
  const named = /^diff --git ("a\/.+?"|a\/.+?) ("b\/.+?"|b\/.+?)$/.exec(head[0] ?? '');
  const bare = (path: string | undefined, fallback: string | undefined): string =>
    path === undefined || path === '/dev/null'
      ? (fallback ?? '?')
      : unquoted(path.replace(/\t$/, '')).replace(/^[ab]\//, '');
  const [from, into] = [named?.[1], named?.[2]].map((path) => bare(path, undefined));
  const to = bare(after, into);
  return [
    before === '/dev/null' ? to : bare(before, from),
    after === '/dev/null' ? bare(before, from) : to,
  ];
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

/** A path that git put into quotes: `"\303\244.ts"` is `ä.ts`. Others are as they are. */
function unquoted(path: string): string {
  if (!/^".*"$/s.test(path)) return path;
  const bytes: number[] = [];
  const utf8 = new TextEncoder();
  for (const [part] of path.slice(1, -1).matchAll(/\\[0-7]{3}|\\.|[^\\]+/gs)) {
    if (/^\\[0-7]{3}$/.test(part)) bytes.push(Number.parseInt(part.slice(1), 8));
    else if (part.startsWith('\\')) bytes.push(...utf8.encode(ESCAPES[part[1] ?? ''] ?? part[1]));
    else bytes.push(...utf8.encode(part));
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}

function numbered(lines: readonly string[]): PatchLine[] {
  let before = 0;
  let after = 0;
  return lines.map((line): PatchLine => {
    const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line);
    if (hunk) {
      before = Number(hunk[1]);
      after = Number(hunk[2]);
      return { kind: 'hunk', text: line, before: null, after: null };
    }
    const text = line.slice(1);
    if (line.startsWith('+')) return { kind: 'add', text, before: null, after: after++ };
    if (line.startsWith('-')) return { kind: 'del', text, before: before++, after: null };
    if (line.startsWith('\\')) return { kind: 'note', text, before: null, after: null };
    return { kind: 'same', text, before: before++, after: after++ };
  });
}
