import { useEffect, useRef, useState } from 'preact/hooks';
import type { CostView } from '../../../../http/contract.ts';
import { roundTop, stackedBars } from '../../../../lib/stacked-bars.ts';
import { plural, usd } from '../live/format.ts';

type Series = CostView['series'];

const HEIGHT = 220;
const PLOT = { left: 48, top: 10, bottom: HEIGHT - 26, widest: 34 };
const COLORS = 6;

/** The same part has the same colour in the chart and in the table. */
export const partColor = (key: string, at: number): string =>
  key === '…' || at < 0 ? 'var(--part-rest)' : `var(--part-${(at % COLORS) + 1})`;

/** Money per day, stacked. What a bar is made of shows when it is pointed at, tapped or reached with the keyboard. */
export function CostChart({ series }: { series: Series }) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [shown, setShown] = useState<number | null>(null);
  const days = series.days.length;
  const { ticks, bars, ground } = stackedBars(
    series.parts.map((part) => part.usd),
    days,
    { ...PLOT, right: width },
  );
  const every = Math.ceil(days / Math.max(2, Math.floor((width - PLOT.left) / 78)));
  const step = (width - PLOT.left) / Math.max(1, days);
  const digits = (ticks[1]?.value ?? 1) < 1 || !Number.isInteger(ticks[1]?.value) ? 2 : 0;
  const total = bars.reduce((sum, bar) => sum + bar.total, 0);
  return (
    <div class="cost-chart" ref={box} onPointerLeave={() => setShown(null)}>
      {width > 0 && (
        <svg
          viewBox={`0 0 ${width} ${HEIGHT}`}
          height={HEIGHT}
          role="img"
          aria-label={`Cost per day over ${plural(days, 'day')}: ${usd(total)}`}
        >
          {ticks.map(({ value, y }) => (
            <g key={value}>
              <line x1={PLOT.left} x2={width} y1={y} y2={y} class={value === 0 ? 'ground' : ''} />
              <text x={PLOT.left - 8} y={y + 4} text-anchor="end">
                {value === 0 ? '$0' : `$${value.toFixed(digits)}`}
              </text>
            </g>
          ))}
          {bars.map((bar, at) => (
            <g key={series.days[at]} class={shown === null || shown === at ? 'stack' : 'stack dim'}>
              {bar.pieces.map((piece, n) => {
                const isTop = n === bar.pieces.length - 1;
                const gap = !isTop && piece.height > 3 ? 1 : 0;
                return (
                  <path
                    key={piece.part}
                    d={roundTop(bar.x, piece.y + gap, bar.width, piece.height - gap, isTop ? 3 : 0)}
                    style={{ fill: partColor(series.parts[piece.part]?.key ?? '…', piece.part) }}
                  />
                );
              })}
              {(days - 1 - at) % every === 0 && (
                <text x={Math.min(bar.middle, width - 20)} y={ground + 19} text-anchor="middle">
                  {dayLabel(series.days[at] ?? '')}
                </text>
              )}
            </g>
          ))}
        </svg>
      )}
      {bars.map((bar, at) => (
        <button
          key={series.days[at]}
          type="button"
          class="slot"
          style={{ left: `${PLOT.left + at * step}px`, width: `${step}px`, height: `${ground}px` }}
          tabIndex={bar.total > 0 ? 0 : -1}
          aria-label={`${longDay(series.days[at] ?? '')}: ${usd(bar.total)}`}
          onPointerEnter={() => setShown(at)}
          onFocus={() => setShown(at)}
          onBlur={() => setShown(null)}
        />
      ))}
      {shown !== null && bars[shown] && (
        <Tip
          series={series}
          at={shown}
          total={bars[shown].total}
          middle={bars[shown].middle}
          width={width}
        />
      )}
    </div>
  );
}

function Tip({
  series,
  at,
  total,
  middle,
  width,
}: {
  series: Series;
  at: number;
  total: number;
  middle: number;
  width: number;
}) {
  const parts = series.parts
    .map((part, n) => ({ ...part, n, spent: part.usd[at] ?? 0 }))
    .filter((part) => part.spent > 0);
  return (
    <div
      class="chart-tip"
      style={
        middle > width / 2 ? { right: `${width - middle + 14}px` } : { left: `${middle + 14}px` }
      }
    >
      <div class="tip-head">
        <span>{longDay(series.days[at] ?? '')}</span>
        <b>{usd(total)}</b>
      </div>
      {parts.map((part) => (
        <div key={part.key} class="tip-part">
          <span class="swatch" style={{ background: partColor(part.key, part.n) }} />
          <span class="tip-name">{part.label}</span>
          <span>{usd(part.spent)}</span>
        </div>
      ))}
    </div>
  );
}

/** Drawn for the width there is, so that text keeps its size on a phone. */
function useWidth(box: { readonly current: HTMLDivElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (box.current === null) return;
    const seen = new ResizeObserver(([entry]) =>
      setWidth(Math.floor(entry?.contentRect.width ?? 0)),
    );
    seen.observe(box.current);
    return () => seen.disconnect();
  }, []);
  return width;
}

const utc = (day: string): Date => new Date(`${day}T00:00:00Z`);
const dayLabel = (day: string): string =>
  utc(day).toLocaleDateString(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' });
const longDay = (day: string): string =>
  utc(day).toLocaleDateString(undefined, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  });
