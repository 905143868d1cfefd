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
  if (renamed[0] !== undefined && renamed[1] !== undefined) return [renamed[0], renamed[1]];
  const named = /^diff --git "?a\/(.+?)"? "?b\/(.+?)"?$/.exec(head[0] ?? '');
  const bare = (path: string | undefined, fallback: string | undefined): string =>
    path === undefined || path === '/dev/null'
      ? (fallback ?? '?')
      : path.replace(/^"?[ab]\//, '').replace(/"?\t?$/, '');
  const to = bare(after, named?.[2]);
  return [
    before === '/dev/null' ? to : bare(before, named?.[1]),
    after === '/dev/null' ? bare(before, named?.[1]) : to,
  ];
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
