const COLOURS = /\u001b\[[0-9;]*m/g;
/** Ranges of characters two columns wide (Unicode East Asian Width W and F; emoji that are shown as pictures), and of those with none. */
// biome-ignore format: pairs read best side by side
const WIDE: readonly number[] = [
  0x1100, 0x115f, 0x231a, 0x231b, 0x23e9, 0x23ec, 0x23f0, 0x23f0, 0x23f3, 0x23f3, 0x25fd, 0x25fe, 0x2614, 0x2615, 0x2648, 0x2653, 0x267f, 0x267f, 0x2693, 0x2693,
  0x26a1, 0x26a1, 0x26aa, 0x26ab, 0x26bd, 0x26be, 0x26c4, 0x26c5, 0x26ce, 0x26ce, 0x26d4, 0x26d4, 0x26ea, 0x26ea, 0x26f2, 0x26f3, 0x26f5, 0x26f5, 0x26fa, 0x26fa,
  0x26fd, 0x26fd, 0x2705, 0x2705, 0x270a, 0x270b, 0x2728, 0x2728, 0x274c, 0x274c, 0x274e, 0x274e, 0x2753, 0x2755, 0x2757, 0x2757, 0x2795, 0x2797, 0x27b0, 0x27b0,
  0x27bf, 0x27bf, 0x2b1b, 0x2b1c, 0x2b50, 0x2b50, 0x2b55, 0x2b55, 0x2e80, 0x303e, 0x3041, 0xa4cf, 0xac00, 0xd7a3, 0xf900, 0xfaff, 0xfe30, 0xfe6f, 0xff00, 0xff60,
  0xffe0, 0xffe6, 0x1f004, 0x1f004, 0x1f0cf, 0x1f0cf, 0x1f18e, 0x1f18e, 0x1f191, 0x1f19a, 0x1f200, 0x1f320, 0x1f32d, 0x1f64f, 0x1f680, 0x1f6ff, 0x1f7e0, 0x1f7eb,
  0x1f90c, 0x1faff, 0x20000, 0x3fffd,
];
const NO_WIDTH: readonly number[] = [0x300, 0x36f, 0x200b, 0x200d, 0xfe00, 0xfe0f, 0xfe20, 0xfe2f];

/** Columns a text takes in a terminal; colours take none, emoji and CJK two each. */
export function displayWidth(text: string): number {
  const plain = text.includes('\u001b') ? text.replace(COLOURS, '') : text;
  if (/^[ -~]*$/.test(plain)) return plain.length;
  let width = 0;
  for (const character of plain) {
    const point = character.codePointAt(0) ?? 0;
    width += within(point, NO_WIDTH) ? 0 : within(point, WIDE) ? 2 : 1;
  }
  return width;
}

function within(point: number, ranges: readonly number[]): boolean {
  if (point < (ranges[0] ?? 0)) return false;
  for (let index = 0; index < ranges.length; index += 2) {
    if (point < (ranges[index] ?? 0)) return false;
    if (point <= (ranges[index + 1] ?? 0)) return true;
  }
  return false;
}

/** Cuts a text without colours to at most `width` columns, with an ellipsis. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let cut = '';
  let used = 0;
  for (const character of text) {
    const next = displayWidth(character);
    if (used + next > width - 1) break;
    cut += character;
    used += next;
  }
  return `${cut.trimEnd()}…`;
}

/**
 * Columns padded to the widest cell, two blanks between. The last column gets what is left of `width` and is cut there; null: as wide as it is.
 */
export function formatTable(rows: ReadonlyArray<readonly string[]>, width: number | null): string {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const known = new Map<string, number>();
  // Most cells say what another one says.
  const widthOf = (cell: string): number => known.get(cell) ?? remember(known, cell);
  const measured = rows.map((row) => row.slice(0, columns - 1).map(widthOf));
  const widths = Array.from({ length: columns - 1 }, (_, column) =>
    Math.max(...measured.map((row) => row[column] ?? 0)),
  );
  const taken = widths.reduce((sum, each) => sum + each + 2, 0);
  const room = width === null ? null : Math.max(10, width - taken);
  return rows
    .map((row, index) => {
      const cells = widths.map(
        (each, column) => (row[column] ?? '') + ' '.repeat(each - (measured[index]?.[column] ?? 0)),
      );
      const last = row[columns - 1] ?? '';
      return [...cells, room === null ? last : truncate(last, room)].join('  ').trimEnd();
    })
    .join('\n');
}

function remember(known: Map<string, number>, cell: string): number {
  const width = displayWidth(cell);
  known.set(cell, width);
  return width;
}
