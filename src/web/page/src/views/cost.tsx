import { useEffect, useState } from 'preact/hooks';
import { costCsv } from '../../../../domain/money/cost-csv.ts';
import { addDays } from '../../../../domain/session/calendar.ts';
import type { BudgetView, CostView as CostData } from '../../../../http/contract.ts';
import { messageOf } from '../live/api.ts';
import { plural, tokens, usd } from '../live/format.ts';
import { useModel } from '../parts/context.ts';
import { ViewHead } from '../parts/view-head.tsx';
import { Budgets } from './budgets.tsx';
import { CostChart } from './cost-chart.tsx';
import { CostTable } from './cost-table.tsx';

const SPANS = [
  { id: 'today', label: 'Today' },
  { id: 'week', label: 'Week' },
  { id: 'month', label: 'Month' },
  { id: '30days', label: '30 days' },
  { id: 'range', label: 'Range' },
] as const;
type Span = (typeof SPANS)[number]['id'];

const GROUPS = ['project', 'agent', 'model', 'user', 'issue', 'pr', 'session'] as const;
type Group = (typeof GROUPS)[number];
const WORDS: Readonly<Record<Group, string>> = {
  project: 'Project',
  agent: 'Agent',
  model: 'Model',
  user: 'Person',
  issue: 'Issue',
  pr: 'PR',
  session: 'Session',
};

interface Range {
  readonly from: string;
  readonly to: string;
}

export function CostView() {
  const model = useModel();
  const [span, setSpan] = useState<Span>('month');
  const [range, setRange] = useState<Range | null>(null);
  const [by, setBy] = useState<Group>('agent');
  const [failed, setFailed] = useState<string | null>(null);
  const [data, setData] = useState<CostData | null>(null);
  const [budgets, setBudgets] = useState<readonly BudgetView[]>([]);
  const [reading, setReading] = useState(0);
  useEffect(() => {
    let late = false;
    const period = range === null ? `span=${span}` : `from=${range.from}&to=${range.to}`;
    void Promise.all([
      model.api.get<CostData>(`cost?${period}&by=${by}`),
      model.api.get<readonly BudgetView[]>('budgets'),
    ]).then(
      ([cost, limits]) => {
        if (late) return;
        setData(cost);
        setBudgets(limits);
        setFailed(null);
      },
      (error: unknown) => !late && setFailed(messageOf(error)),
    );
    return () => {
      late = true;
    };
  }, [span, range, by, reading]);

  /** Whole days are the bot's: what day it is there, its last answer says. */
  const choose = (next: Span): void => {
    setSpan(next);
    if (next === '30days') return setRange(data && { from: addDays(data.to, -29), to: data.to });
    setRange(next === 'range' && data ? { from: data.from, to: data.to } : null);
  };

  return (
    <>
      <ViewHead title="Cost">
        <fieldset class="segments" aria-label="Period">
          {SPANS.map((one) => (
            <button
              key={one.id}
              type="button"
              aria-pressed={span === one.id}
              onClick={() => choose(one.id)}
            >
              {one.label}
            </button>
          ))}
        </fieldset>
      </ViewHead>
      <div class="cost">
        {failed !== null && <div class="empty">{failed}</div>}
        {span === 'range' && range && <RangeFields range={range} onChange={setRange} />}
        {data && <Figures data={data} />}
        <div class="cost-head">
          <h2>By</h2>
          <fieldset class="segments" aria-label="Group by">
            {GROUPS.map((group) => (
              <button
                key={group}
                type="button"
                aria-pressed={by === group}
                onClick={() => setBy(group)}
              >
                {WORDS[group]}
              </button>
            ))}
          </fieldset>
        </div>
        {data && data.series.days.length > 1 && <CostChart series={data.series} />}
        {data && <CostTable data={data} name={WORDS[by]} />}
        {data && data.unpriced.length > 0 && (
          <p class="faint">
            No price is known for {data.unpriced.join(', ')}: the tokens are counted, the dollars
            are not. Prices can be set in ao.yaml.
          </p>
        )}
        {data && data.rows.length > 0 && (
          <p class="cost-foot faint">
            <a href={csvAddress(data)} download={`cost-${data.from}-${data.to}-by-${data.by}.csv`}>
              Save as CSV
            </a>{' '}
            · days of {data.timezone}
          </p>
        )}
        {budgets.length > 0 && (
          <Budgets budgets={budgets} onRaised={() => setReading(reading + 1)} />
        )}
      </div>
    </>
  );
}

const csvAddress = (data: CostData): string =>
  `data:text/csv;charset=utf-8,${encodeURIComponent(costCsv(data.by, data.rows))}`;

function RangeFields({ range, onChange }: { range: Range; onChange: (range: Range) => void }) {
  const field = (end: 'from' | 'to', label: string) => (
    <label>
      {label}
      <input
        type="date"
        value={range[end]}
        onChange={(event) => {
          const day = event.currentTarget.value;
          if (day === '') return;
          const next = { ...range, [end]: day };
          onChange(next.from <= next.to ? next : { from: day, to: day });
        }}
      />
    </label>
  );
  return (
    <div class="range-fields">
      {field('from', 'From')}
      {field('to', 'to')}
    </div>
  );
}

function Figures({ data }: { data: CostData }) {
  const days = data.series.days.length;
  const perDay = data.series.days.map((_, at) =>
    data.series.parts.reduce((sum, part) => sum + (part.usd[at] ?? 0), 0),
  );
  return (
    <dl class="figures">
      <div>
        <dt>Spent</dt>
        <dd>
          {usd(data.totalUsd)}
          {data.totalUsd !== null && data.unpriced.length > 0 ? '+' : ''}
        </dd>
      </div>
      <div>
        <dt>Tokens</dt>
        <dd>{tokens(data.totalTokens)}</dd>
      </div>
      {days > 1 && (
        <>
          <div>
            <dt>Per day, {plural(days, 'day')}</dt>
            <dd>{data.totalUsd === null ? 'no price' : usd(data.totalUsd / days)}</dd>
          </div>
          <div>
            <dt>Highest day</dt>
            <dd>{usd(Math.max(0, ...perDay))}</dd>
          </div>
        </>
      )}
    </dl>
  );
}
