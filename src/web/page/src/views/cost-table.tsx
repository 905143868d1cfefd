import type { CostView as CostData, CostRow } from '../../../../http/contract.ts';
import { openSession } from '../live/actions.ts';
import { tokens, usd } from '../live/format.ts';
import { useModel } from '../parts/context.ts';
import { partColor } from './cost-chart.tsx';

const MOST = 60;

export function CostTable({ data, name }: { data: CostData; name: string }) {
  const most = Math.max(0.01, ...data.rows.map((row) => row.usd ?? 0));
  if (data.rows.length === 0) return <div class="empty">Nothing was spent in this time.</div>;
  return (
    <table class="cost-table">
      <thead>
        <tr>
          <th scope="col">{name}</th>
          <th scope="col">
            <span class="sr-only">Share</span>
          </th>
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
        {data.rows.slice(0, MOST).map((row) => (
          <tr key={row.key}>
            <td>
              <span class="swatch" style={{ background: colorOf(row, data) }} />
              <RowName row={row} by={data.by} />
            </td>
            <td class="share">
              <span
                style={{
                  width: `${((row.usd ?? 0) / most) * 100}%`,
                  background: colorOf(row, data),
                }}
              />
            </td>
            <td
              class="num"
              title={
                row.usd !== null && row.unpricedTokens > 0
                  ? `${tokens(row.unpricedTokens)} of its tokens have no known price`
                  : undefined
              }
            >
              {usd(row.usd)}
              {row.usd !== null && row.unpricedTokens > 0 ? '+' : ''}
            </td>
            <td class="num">{tokens(row.tokens)}</td>
            <td class="num">{row.sessions}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function colorOf(row: CostRow, data: CostData): string {
  const at = data.series.parts.findIndex((part) => part.key === row.key);
  return partColor(at < 0 ? '…' : row.key, at);
}

function RowName({ row, by }: { row: CostRow; by: CostData['by'] }) {
  const model = useModel();
  if (by !== 'session' || !model.sessions.value.has(row.key)) return <>{row.label}</>;
  return (
    <button type="button" class="link" onClick={() => openSession(model, row.key)}>
      {row.label}
    </button>
  );
}
