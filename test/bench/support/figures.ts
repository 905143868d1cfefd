import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../../src/lib/package-root.ts';

/** One line of docs/performance.md. */
export interface Figure {
  readonly what: string;
  /** Median of the runs, in `unit`. */
  readonly value: number;
  readonly unit: 'ms' | 's' | 'MiB' | '%' | 'processes' | 'sessions' | 'points' | 'edits';
  /** Measured in the same run, in turns; the value is then judged by its ratio to it. */
  readonly floor?: { readonly what: string; readonly value: number };
  /** Upper limit, of the ratio where there is a floor, else of the value. Absent: told for information. */
  readonly limit?: number;
  readonly runs: number;
}

/** Where scripts/bench.mjs collects the figures of one run. */
const folder = (): string =>
  process.env.AO_BENCH_DIR ?? path.join(packageRoot(), 'coverage', 'bench');

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
};

/** Prints the figures of one benchmark and leaves them as JSON. */
export function report(name: string, figures: readonly Figure[]): void {
  mkdirSync(folder(), { recursive: true });
  writeFileSync(path.join(folder(), `${name}.json`), `${JSON.stringify(figures, null, 2)}\n`);
  for (const figure of figures) console.log(inWords(figure));
}

function inWords({ what, value, unit, floor, limit, runs }: Figure): string {
  const ratio =
    floor === undefined
      ? ''
      : `, ${(value / floor.value).toFixed(2)}x of ${floor.value.toFixed(1)} ${unit} (${floor.what})`;
  const judged = floor === undefined ? value : value / floor.value;
  const verdict =
    limit === undefined ? '' : judged <= limit ? `  ok (at most ${limit})` : `  OVER ${limit}`;
  return `${what}: ${value.toFixed(value < 10 ? 2 : 1)} ${unit}${ratio}${verdict}  [${runs} runs]`;
}
