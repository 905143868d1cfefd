import { useEffect, useState } from 'preact/hooks';
import type { CostView as CostData, CostRow } from '../../../../../../src/commands/views.ts';
import { openSession } from '../live/actions.ts';
import { messageOf } from '../live/api.ts';
import { plural, tokens, usd } from '../live/format.ts';
import { useModel } from '../parts/context.ts';
import { ViewHead } from '../parts/view-head.tsx';

const DAY = 86_400_000;
const RANGES = [
  { days: 1, label: 'Today' },
  { days: 7, label: '7 days' },
  { days: 30, label: '30 days' },
] as const;
const GROUPS = ['project', 'agent', 'model', 'user', 'session'] as const;
type Group = (typeof GROUPS)[number];

export function CostView() {
  const model = useModel();
  const [days, setDays] = useState(30);
  const [by, setBy] = useState<Group>('project');
  const [failed, setFailed] = useState<string | null>(null);
  const [daily, setDaily] = useState<CostData | null>(null);
  const [grouped, setGrouped] = useState<CostData | null>(null);
  useEffect(() => {
    const to = Date.now();
    const from = new Date(to - (days - 1) * DAY).setHours(0, 0, 0, 0);
    const read = (group: string): Promise<CostData> => model.api.get(`cost?from=${from}&to=${to}&by=${group}`);
    void Promise.all([read('day'), read(by)]).then(
      ([one, two]) => {
        setDaily(one);
        setGrouped(two);
        setFailed(null);
      },
      (error: unknown) => setFailed(messageOf(error)),
    );
  }, [days, by]);

  return (
    <>
      <ViewHead title="Cost">
        <fieldset class="segments" aria-label="Period">
          {RANGES.map((range) => (
            <button key={range.days} type="button" aria-pressed={days === range.days} onClick={() => setDays(range.days)}>
              {range.label}
            </button>
          ))}
        </fieldset>
      </ViewHead>
      <div class="cost">
        {failed !== null && <div class="empty">{failed}</div>}
        {daily && (
          <dl class="figures">
            <div>
              <dt>Spent</dt>
              <dd>{usd(daily.totalUsd)}</dd>
            </div>
            <div>
              <dt>Tokens</dt>
              <dd>{tokens(daily.totalTokens)}</dd>
            </div>
            <div>
              <dt>Per day</dt>
              <dd>{daily.totalUsd === null ? 'no price' : usd(daily.totalUsd / days)}</dd>
            </div>
            <div>
              <dt>Highest day</dt>
              <dd>{usd(Math.max(0, ...daily.rows.map((row) => row.usd ?? 0)))}</dd>
            </div>
          </dl>
        )}
        {daily && days > 1 && <DayChart rows={daily.rows} from={daily.from} days={days} />}
        <div class="cost-head">
          <h2>By</h2>
          <fieldset class="segments" aria-label="Group by">
            {GROUPS.map((group) => (
              <button key={group} type="button" aria-pressed={by === group} onClick={() => setBy(group)}>
                {group}
              </button>
            ))}
          </fieldset>
        </div>
        {grouped && <CostTable data={grouped} />}
        {grouped && grouped.unpriced.length > 0 && (
          <p class="faint">No price is known for {grouped.unpriced.join(', ')}: the tokens are counted, the dollars are not.</p>
        )}
      </div>
    </>
  );
}

function CostTable({ data }: { data: CostData }) {
  const model = useModel();
  const most = Math.max(0.01, ...data.rows.map((row) => row.usd ?? 0));
  if (data.rows.length === 0) return <div class="empty">Nothing was spent in this time.</div>;
  return (
    <table class="cost-table">
      <thead>
        <tr>
          <th scope="col">{data.by}</th>
          <th scope="col" aria-label="share" />
          <th scope="col" class="num">
            Cost
          </th>
          <th scope="col" class="num">
            Tokens
          </th>
          <th scope="col" class="num">
            Sessions
          </th>
        </tr>
      </thead>
      <tbody>
        {[...data.rows]
          .sort((a, b) => (b.usd ?? 0) - (a.usd ?? 0))
          .map((row) => (
            <tr key={row.key}>
              <td>
                {data.by === 'session' && model.sessions.value.has(row.key) ? (
                  <button type="button" class="link" onClick={() => openSession(model, row.key)}>
                    {row.key}
                  </button>
                ) : (
                  row.key
                )}
              </td>
              <td class="share">
                <span style={{ width: `${((row.usd ?? 0) / most) * 100}%` }} />
              </td>
              <td class="num">{usd(row.usd)}</td>
              <td class="num">{tokens(row.tokens)}</td>
              <td class="num">{row.sessions}</td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}

const HEIGHT = 180;
const FOOT = 22;
const LEFT = 40;

/** Bars per day, days without a row included. */
function DayChart({ rows, from, days }: { rows: readonly CostRow[]; from: number; days: number }) {
  const width = matchMedia('(max-width: 760px)').matches ? 370 : 720;
  const byDay = new Map(rows.map((row) => [row.key, row]));
  const bars = Array.from({ length: days }, (_, at) => {
    const key = dayKey(from + at * DAY + DAY / 2);
    return { key, row: byDay.get(key) ?? null };
  });
  const top = niceTop(Math.max(1, ...bars.map((bar) => bar.row?.usd ?? 0)));
  const step = (width - LEFT) / days;
  const y = (value: number): number => (HEIGHT - FOOT) * (1 - value / top) + 6;
  const every = Math.ceil(days / (width > 400 ? 7 : 4));
  return (
    <svg class="day-chart" viewBox={`0 0 ${width} ${HEIGHT + 8}`} role="img" aria-label={`Cost per day over ${plural(days, 'day')}, at most ${usd(top)}`}>
      {[0, top / 2, top].map((value) => (
        <g key={value}>
          <line x1={LEFT} x2={width} y1={y(value)} y2={y(value)} />
          <text x={LEFT - 8} y={y(value) + 4} text-anchor="end">
            ${value}
          </text>
        </g>
      ))}
      {bars.map((bar, at) => (
        <g key={bar.key} class="bar">
          <title>{`${bar.key}: ${bar.row ? `${usd(bar.row.usd)}, ${tokens(bar.row.tokens)} tokens, ${plural(bar.row.sessions, 'session')}` : 'nothing'}`}</title>
          <rect class="bar-hit" x={LEFT + at * step} y={0} width={step} height={HEIGHT} />
          <rect
            class="bar-fill"
            x={LEFT + at * step + step * 0.16}
            y={y(bar.row?.usd ?? 0)}
            width={step * 0.68}
            height={Math.max(0, y(0) - y(bar.row?.usd ?? 0))}
            rx={Math.min(3, step * 0.2)}
          />
          {(days - 1 - at) % every === 0 && (
            <text x={LEFT + at * step + step / 2} y={HEIGHT + 4} text-anchor="middle">
              {dayLabel(bar.key)}
            </text>
          )}
        </g>
      ))}
    </svg>
  );
}

/** `2026-11-20` in the reader's own time zone. */
function dayKey(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`;
}

const dayLabel = (key: string): string => new Date(`${key}T12:00:00`).toLocaleDateString(undefined, { day: 'numeric', month: 'short' });

/** The next of 1, 2, 5 times a power of ten, so that the half is a plain number too. */
function niceTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 4, 5, 6, 8, 10].find((one) => one * power >= value) ?? 10) * power;
}
