import fc from 'fast-check';
import { expect, it } from 'vitest';
import { roundTop, stackedBars } from './stacked-bars.ts';

const PLOT = { left: 40, right: 640, top: 10, bottom: 210, widest: 30 };

it('stacks pieces without gaps, inside the plot, to heights that say their values', () => {
  const values = fc.array(
    fc.oneof(fc.double({ min: 0.001, max: 5_000, noNaN: true }), fc.constant(0)),
    { minLength: 12, maxLength: 12 },
  );
  fc.assert(
    fc.property(fc.array(values, { maxLength: 6 }), (parts) => {
      const { ticks, bars } = stackedBars(parts, 12, PLOT);
      const most = ticks.at(-1)?.value ?? 0;
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      expect(ticks.length).toBeLessThanOrEqual(6);
      for (const bar of bars) {
        expect(bar.total).toBeLessThanOrEqual(most * (1 + 1e-6));
        const height = bar.pieces.reduce((sum, piece) => sum + piece.height, 0);
        expect(height).toBeCloseTo((bar.total / most) * 200, 4);
        expect(bar.pieces.at(-1)?.y ?? PLOT.bottom).toBeCloseTo(PLOT.bottom - height, 4);
        expect(bar.x).toBeGreaterThanOrEqual(PLOT.left);
        expect(bar.x + bar.width).toBeLessThanOrEqual(PLOT.right + 1e-9);
      }
    }),
    { numRuns: 60 },
  );
});

it.each([
  [0, [0, 1]],
  [0.07, [0, 0.02, 0.04, 0.06, 0.08]],
  [1, [0, 0.25, 0.5, 0.75, 1]],
  [7.3, [0, 2, 4, 6, 8]],
  [14.2, [0, 5, 10, 15]],
  [211, [0, 100, 200, 300]],
])('a top of %d has the lines %o', (most, lines) => {
  expect(stackedBars([[most]], 1, PLOT).ticks.map((tick) => tick.value)).toEqual(lines);
});

it('rounds no more than there is', () => {
  expect(roundTop(0, 10, 20, 2, 6)).toBe('M0 12V12Q0 10 2 10H18Q20 10 20 12V12Z');
});
