import type { CostRow, CostView } from '../../commands/view/cost.ts';
import { costCsv } from '../../domain/money/cost-csv.ts';
import type { CostSpan } from '../../domain/money/cost-period.ts';
import type { Block, ChatReply } from '../../slots/chat.ts';
import { context, whisper } from '../words/message.ts';
import { escapeMarkdown, money, oneLine, tokenCount } from '../words/wording.ts';
import { say } from './refusals.ts';
import { MAX_ROWS } from './status-answer.ts';

/** `span` null: the days the view says. */
export function costReply(cost: CostView, span: CostSpan | null, csv: boolean): ChatReply {
  const when =
    span === 'today' ? 'today' : span === null ? `from ${cost.from} to ${cost.to}` : `this ${span}`;
  if (cost.rows.length === 0) return say(`Nothing was spent ${when}.`);
  const line = `${money(cost.totalUsd)} and ${tokenCount(cost.totalTokens)} tokens ${when}, by ${COST_WORDS[cost.by] ?? cost.by}:`;
  const rows = cost.rows
    .slice(0, MAX_ROWS)
    .map((row) => [
      oneLine(row.label, 60),
      partlyKnown(row),
      tokenCount(row.tokens),
      String(row.sessions),
    ]);
  const unpriced =
    cost.unpriced.length === 0
      ? []
      : [
          context(
            `No price known for ${cost.unpriced.map(escapeMarkdown).join(', ')}: tokens are counted, money is not.`,
          ),
        ];
  const table: Block = {
    type: 'table',
    columns: [COST_WORDS[cost.by] ?? cost.by, 'Cost', 'Tokens', 'Sessions'],
    rows,
  };
  const more =
    cost.rows.length > MAX_ROWS ? [context(`The ${MAX_ROWS} dearest of ${cost.rows.length}.`)] : [];
  const files = csv
    ? {
        files: [
          {
            name: `cost-${cost.from}-${cost.to}-by-${cost.by}.csv`,
            content: costCsv(cost.by, cost.rows),
          },
        ],
      }
    : {};
  return whisper(line, line, [table, ...more, ...unpriced], files);
}

const COST_WORDS: Partial<Readonly<Record<CostView['by'], string>>> = { pr: 'pull request' };

/** `$1.84+`: more than that, for a part of it has no known price. */
const partlyKnown = (row: CostRow): string =>
  `${money(row.usd)}${row.usd !== null && row.unpricedTokens > 0 ? '+' : ''}`;
