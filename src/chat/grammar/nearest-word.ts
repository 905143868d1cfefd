/** The candidate with the fewest typing slips (insert, delete, replace, swap), or null when none is near. */
export function nearestWord(word: string, candidates: readonly string[]): string | null {
  const typed = word.toLowerCase().slice(0, 40);
  let best: { word: string; slips: number } | null = null;
  for (const candidate of candidates) {
    const slips = typingSlips(typed, candidate);
    if (best === null || slips < best.slips) best = { word: candidate, slips };
  }
  if (best === null) return null;
  return best.slips <= Math.max(1, Math.floor(best.word.length / 2.5)) ? best.word : null;
}

/** Damerau-Levenshtein distance (adjacent swaps count one). */
function typingSlips(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const cell = (i: number, j: number): number => rows[i]?.[j] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swap =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
          ? cell(i - 2, j - 2) + 1
          : Number.POSITIVE_INFINITY;
      row.push(
        Math.min(cell(i - 1, j) + 1, (row[j - 1] ?? 0) + 1, cell(i - 1, j - 1) + same, swap),
      );
    }
  }
  return cell(a.length, b.length);
}
