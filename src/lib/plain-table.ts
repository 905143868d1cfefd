/** Columns padded to the widest cell, two spaces between. */
export function plainTable(rows: ReadonlyArray<readonly string[]>): readonly string[] {
  const width = (column: number): number =>
    Math.max(...rows.map((row) => columnsOf(row[column] ?? '')));
  return rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat(width(column) - columnsOf(cell)))
      .join('  ')
      .trimEnd(),
  );
}

/** Terminal columns: emoji take two. */
const columnsOf = (text: string): number =>
  Array.from(text.replace(/\ufe0f/g, '')).reduce(
    (sum, char) => sum + (/\p{Extended_Pictographic}/u.test(char) ? 2 : 1),
    0,
  );
