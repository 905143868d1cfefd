// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with the escape character
const COLOURS = /\u001b\[[0-9;]*m/g;
const WIDE = /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;
const NO_WIDTH = /\p{Mn}|[\ufe00-\ufe0f\u200d]/u;

/** Columns a text takes in a terminal; colours take none, emoji and CJK two each. */
export function displayWidth(text: string): number {
  const plain = text.replace(COLOURS, '');
  if (/^[ -~]*$/.test(plain)) return plain.length;
  let width = 0;
  for (const character of plain) width += NO_WIDTH.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
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
  const widths = Array.from({ length: columns - 1 }, (_, column) => Math.max(...rows.map((row) => displayWidth(row[column] ?? ''))));
  const taken = widths.reduce((sum, each) => sum + each + 2, 0);
  const room = width === null ? Number.POSITIVE_INFINITY : Math.max(10, width - taken);
  return rows
    .map((row) => {
      const cells = widths.map((each, column) => (row[column] ?? '') + ' '.repeat(each - displayWidth(row[column] ?? '')));
      return [...cells, truncate(row[columns - 1] ?? '', room)].join('  ').trimEnd();
    })
    .join('\n');
}
