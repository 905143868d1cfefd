import type { CostSeries } from '../../domain/money/ledger.ts';
import { roundTop, stackedBars } from '../../lib/stacked-bars.ts';
import { money } from '../words/wording.ts';

/** Told apart by people who see colours differently too; the last is for what is summed up as others. */
const COLORS = ['#3b5bdb', '#12a594', '#f59f00', '#d6409f', '#7c5cd6', '#74b816'] as const;
const OTHERS = '#9aa4b2';
const WIDTH = 760;
const HEIGHT = 380;
const EDGE = 28;
const PLOT = { left: 64, right: WIDTH - EDGE, bottom: HEIGHT - 44, widest: 26 };

const INK = '#1c2330';
const FAINT = '#667085';

/** Money per day as bars, stacked by part, with a legend that says each part's sum. Light, on a ground of its own: chats are light or dark. */
export function costChart(series: CostSeries, title: string): string {
  const parts = series.parts.filter((part) => part.usd.some((usd) => usd > 0));
  const { lines: legend, bottom } = legendOf(parts);
  const chart = stackedBars(
    parts.map((part) => part.usd),
    series.days.length,
    { ...PLOT, top: bottom + 36 },
  );
  const digits = digitsOf(chart.ticks[1]?.value ?? 1);
  const total = parts.reduce((sum, part) => sum + sumOf(part.usd), 0);
  const lines = chart.ticks.map(
    ({ value, y }, at) =>
      `<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${y}" y2="${y}" stroke="${at === 0 ? '#c3cad5' : '#e9edf2'}"/>` +
      label(PLOT.left - 10, y + 4, value === 0 ? '$0' : `$${value.toFixed(digits)}`, 'end'),
  );
  const bars = chart.bars.flatMap((bar) =>
    bar.pieces.map((piece, at) =>
      pieceOf(bar, piece, at === bar.pieces.length - 1, colorOf(parts, piece.part)),
    ),
  );
  const labels = chart.bars.flatMap((bar, at) =>
    isLabelled(at, series.days.length)
      ? [label(bar.middle, PLOT.bottom + 22, dayLabel(series.days[at] ?? ''), 'middle')]
      : [],
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="Inter">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" rx="14" fill="#ffffff"/>`,
    `<text x="28" y="42" font-size="19" font-weight="600" fill="${INK}">${escapeXml(title)}</text>`,
    `<text x="${PLOT.right}" y="42" font-size="19" font-weight="600" fill="${INK}" text-anchor="end">${escapeXml(money(total))}</text>`,
    ...legend,
    ...lines,
    ...bars,
    ...labels,
    '</svg>',
  ].join('\n');
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

const colorOf = (parts: CostSeries['parts'], at: number): string =>
  parts[at]?.key === '…' ? OTHERS : (COLORS[at % COLORS.length] ?? OTHERS);

/** A thin line of the ground keeps neighbours apart. */
function pieceOf(
  bar: { x: number; width: number },
  piece: { y: number; height: number },
  isTop: boolean,
  color: string,
): string {
  const gap = piece.height > 3 ? 1 : 0;
  const [y, height] = isTop ? [piece.y, piece.height] : [piece.y + gap, piece.height - gap];
  return `<path d="${roundTop(bar.x, y, bar.width, height, isTop ? 4 : 0)}" fill="${color}"/>`;
}

/** Set as wide as its words are; a second line when the first is full. */
function legendOf(parts: CostSeries['parts']): {
  readonly lines: readonly string[];
  readonly bottom: number;
} {
  let x = EDGE;
  let y = 72;
  const lines = parts.map((part, at) => {
    const words = `${part.label}  ${money(sumOf(part.usd))}`;
    const width = 26 + words.length * 7.2;
    if (x > EDGE && x + width > PLOT.right) [x, y] = [EDGE, y + 22];
    const name = `<tspan fill="${INK}">${escapeXml(part.label)}</tspan><tspan dx="6" fill="${FAINT}">${escapeXml(money(sumOf(part.usd)))}</tspan>`;
    const entry = `<rect x="${x}" y="${y - 10}" width="11" height="11" rx="3" fill="${colorOf(parts, at)}"/><text x="${x + 18}" y="${y}" font-size="13">${name}</text>`;
    x += width + 14;
    return entry;
  });
  return { lines, bottom: y };
}

const label = (x: number, y: number, text: string, anchor: 'end' | 'middle'): string =>
  `<text x="${Math.round(x * 10) / 10}" y="${y}" font-size="12.5" fill="${FAINT}" text-anchor="${anchor}">${escapeXml(text)}</text>`;

/** The last day always, and from there back as many as there is room for. */
function isLabelled(at: number, days: number): boolean {
  const every = Math.max(1, Math.ceil(days / 8));
  return (days - 1 - at) % every === 0;
}

const dayLabel = (day: string): string =>
  new Date(`${day}T00:00:00Z`).toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  });

/** As many digits as tell the lines apart; cents are two. */
const digitsOf = (step: number): number =>
  Number.isInteger(step)
    ? 0
    : Math.max(2, -Math.floor(Math.log10(step) + 1e-9) + (String(step).includes('25') ? 1 : 0));

const escapeXml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
