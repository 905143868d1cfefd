/** Pure: the lines of a file's patch as they are shown. */
import type { PatchFile, PatchLine } from './patch.ts';

/** Side by side: the line before, the line after, or both. Hunk heads and notes have the whole width. */
export type SplitRow =
  | { readonly kind: 'whole'; readonly line: PatchLine }
  | { readonly kind: 'pair'; readonly before: PatchLine | null; readonly after: PatchLine | null };

export function splitRows(lines: readonly PatchLine[]): readonly SplitRow[] {
  const rows: SplitRow[] = [];
  for (const block of blocks(lines)) {
    if (block.same !== null) {
      const line = block.same;
      rows.push(
        line.kind === 'same'
          ? { kind: 'pair', before: line, after: line }
          : { kind: 'whole', line },
      );
      continue;
    }
    const { dels, adds } = block;
    for (let at = 0; at < Math.max(dels.length, adds.length); at += 1)
      rows.push({ kind: 'pair', before: dels[at] ?? null, after: adds[at] ?? null });
  }
  return rows;
}

type Block =
  | { readonly same: PatchLine }
  | { readonly same: null; readonly dels: PatchLine[]; readonly adds: PatchLine[] };

/** Runs of changed lines, and each other line. */
function blocks(lines: readonly PatchLine[]): readonly Block[] {
  const found: Block[] = [];
  for (const line of lines) {
    if (line.kind !== 'add' && line.kind !== 'del') {
      found.push({ same: line });
      continue;
    }
    let block = found.at(-1);
    if (block === undefined || block.same !== null) {
      block = { same: null, dels: [], adds: [] };
      found.push(block);
    }
    (line.kind === 'del' ? block.dels : block.adds).push(line);
  }
  return found;
}

/** Blocks with more pairs of lines than this are shown as they are. */
const MOST_PAIRS = 250_000;

/** Lines that differ in nothing but white space are shown as not changed. */
export function withoutWhitespace(file: PatchFile): PatchFile {
  const lines = blocks(file.lines).flatMap((block) =>
    block.same !== null ? [block.same] : aligned(block.dels, block.adds),
  );
  return {
    ...file,
    lines,
    additions: lines.filter((line) => line.kind === 'add').length,
    deletions: lines.filter((line) => line.kind === 'del').length,
  };
}

const bare = ({ text }: PatchLine): string => text.replace(/\s+/g, '');

function aligned(dels: readonly PatchLine[], adds: readonly PatchLine[]): readonly PatchLine[] {
  if (dels.length * adds.length > MOST_PAIRS) return [...dels, ...adds];
  const longest = commonLengths(dels.map(bare), adds.map(bare));
  const out: PatchLine[] = [];
  let [d, a] = [0, 0];
  while (d < dels.length || a < adds.length) {
    const [del, add] = [dels[d], adds[a]];
    if (del && add && bare(del) === bare(add)) {
      out.push({ kind: 'same', text: add.text, before: del.before, after: add.after });
      d += 1;
      a += 1;
    } else if (del && (!add || (longest[d + 1]?.[a] ?? 0) >= (longest[d]?.[a + 1] ?? 0))) {
      out.push(del);
      d += 1;
    } else if (add) {
      out.push(add);
      a += 1;
    }
  }
  return out;
}

/** `[i][j]`: length of the longest common subsequence of what is left from i and j. */
function commonLengths(left: readonly string[], right: readonly string[]): number[][] {
  const table = Array.from({ length: left.length + 1 }, () =>
    new Array<number>(right.length + 1).fill(0),
  );
  for (let i = left.length - 1; i >= 0; i -= 1) {
    const row = table[i] ?? [];
    for (let j = right.length - 1; j >= 0; j -= 1)
      row[j] =
        left[i] === right[j]
          ? 1 + (table[i + 1]?.[j + 1] ?? 0)
          : Math.max(table[i + 1]?.[j] ?? 0, row[j + 1] ?? 0);
  }
  return table;
}

const AROUND = 3;
const SIGNS = { add: '+', del: '-', same: ' ' } as const;

/** A line with those before it, as a diff: what a remark on it is about. */
export function hunkOf(file: PatchFile, line: PatchLine): string {
  const at = file.lines.indexOf(line);
  const shown: string[] = [];
  for (let index = at; index >= 0 && shown.length <= AROUND; index -= 1) {
    const one = file.lines[index];
    if (one === undefined || one.kind === 'hunk') break;
    if (one.kind !== 'note') shown.unshift(`${SIGNS[one.kind]}${one.text}`);
  }
  return shown.join('\n');
}

/** `12` of the new file, `-12` of a line that is gone; null: no line of the code. */
export const lineName = (line: PatchLine): `${number}` | null =>
  line.after !== null ? `${line.after}` : line.before !== null ? `${-line.before}` : null;
