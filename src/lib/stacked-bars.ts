/** Where the pieces of a chart of stacked bars go; whoever draws it chooses colours and words. All lengths are in the chart's own units. */
export interface StackedBars {
  /** Lines across, from the ground to the top. */
  readonly ticks: ReadonlyArray<{ readonly value: number; readonly y: number }>;
  readonly bars: readonly Bar[];
  readonly ground: number;
}

export interface Bar {
  readonly x: number;
  readonly width: number;
  /** Middle of the slot, for its label. */
  readonly middle: number;
  readonly total: number;
  /** From the ground upwards; none of no height. */
  readonly pieces: ReadonlyArray<{
    readonly part: number;
    readonly y: number;
    readonly height: number;
  }>;
}

export interface Plot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Widest a bar may be. */
  readonly widest: number;
}

/** `parts` are series of the same length, one value per slot, none negative. */
export function stackedBars(
  parts: ReadonlyArray<readonly number[]>,
  slots: number,
  plot: Plot,
): StackedBars {
  const totals = Array.from({ length: slots }, (_, slot) =>
    parts.reduce((sum, part) => sum + (part[slot] ?? 0), 0),
  );
  const ticks = roundTicks(Math.max(0, ...totals));
  const most = ticks.at(-1) ?? 1;
  const height = plot.bottom - plot.top;
  const step = (plot.right - plot.left) / Math.max(1, slots);
  const width = Math.min(step * 0.72, plot.widest);
  const bars = totals.map((total, slot): Bar => {
    const middle = plot.left + step * (slot + 0.5);
    let y = plot.bottom;
    const pieces = parts.flatMap((values, part) => {
      const size = ((values[slot] ?? 0) / most) * height;
      if (size <= 0) return [];
      y -= size;
      return [{ part, y, height: size }];
    });
    return { x: middle - width / 2, width, middle, total, pieces };
  });
  return {
    ticks: ticks.map((value) => ({ value, y: plot.bottom - (value / most) * height })),
    bars,
    ground: plot.bottom,
  };
}

/** Less than this is no height at all. */
const NOTHING = 1e-6;

/** Two to five steps of 1, 2, 2.5 or 5 times a power of ten, the last at or above `most`. */
function roundTicks(most: number): readonly number[] {
  if (most < NOTHING) return [0, 1];
  const power = 10 ** Math.floor(Math.log10(most));
  const step =
    [0.2, 0.25, 0.5, 1, 2, 2.5, 5].map((one) => one * power).find((one) => most / one <= 4) ??
    5 * power;
  const count = Math.max(2, Math.ceil(most / step - 1e-9));
  return Array.from({ length: count + 1 }, (_, n) => Number((n * step).toPrecision(9)));
}

/** A bar whose upper corners are round, as an SVG path. */
export function roundTop(
  x: number,
  y: number,
  width: number,
  height: number,
  radius: number,
): string {
  const r = Math.min(radius, width / 2, height);
  return `M${f(x)} ${f(y + height)}V${f(y + r)}Q${f(x)} ${f(y)} ${f(x + r)} ${f(y)}H${f(x + width - r)}Q${f(x + width)} ${f(y)} ${f(x + width)} ${f(y + r)}V${f(y + height)}Z`;
}

const f = (value: number): string => String(Math.round(value * 100) / 100);
