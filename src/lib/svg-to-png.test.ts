import { expect, it } from 'vitest';
import { svgToPng } from './svg-to-png.ts';

const svg = (inside: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="120" height="40"><rect width="120" height="40" fill="#fff"/>${inside}</svg>`;
const width = (png: Uint8Array): number => Buffer.from(png).readUInt32BE(16);

it('draws text with its own fonts, whatever the machine has, in two weights', async () => {
  const text = (more: string): string =>
    svg(`<text x="4" y="28" font-family="Nowhere" font-size="20" ${more}>Cost $14</text>`);
  const [blank, regular, bold] = await Promise.all(
    [svg(''), text(''), text('font-weight="600"')].map((one) => svgToPng(one, 2)),
  );
  expect(
    Buffer.from(blank ?? [])
      .subarray(1, 4)
      .toString(),
  ).toBe('PNG');
  expect(width(blank ?? new Uint8Array())).toBe(240);
  expect(regular?.length ?? 0).toBeGreaterThan((blank?.length ?? 0) * 1.5);
  expect(Buffer.compare(Buffer.from(regular ?? []), Buffer.from(bold ?? []))).not.toBe(0);
});
