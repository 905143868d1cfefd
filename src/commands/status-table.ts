import type { PrView, SessionView } from '../commands/views.ts';
import { decisionWords } from '../domain/merge/decision-words.ts';
import type { Status } from '../domain/session/statuses.ts';
import { type Paint, painter } from '../lib/colors.ts';
import { formatDuration } from '../lib/duration.ts';
import { formatCount, formatUsd } from '../lib/money.ts';
import { plainLine } from '../lib/plain-text.ts';
import { displayWidth, formatTable } from '../lib/table.ts';
import { STATUS_EMOJI } from './status-emoji.ts';

interface StatusTableOptions {
  readonly now: number;
  readonly columns: number | null;
  readonly color: boolean;
  /** Tokens besides the cost, and a sum. */
  readonly cost: boolean;
  /** A line below each session: address of the pull request, and what its merge waits for. */
  readonly pr: boolean;
}

const COLOURS: Partial<Record<Status, Parameters<Paint>[0]>> = {
  ci_failed: 'red',
  errored: 'red',
  stuck: 'red',
  merge_failed: 'yellow',
  needs_input: 'yellow',
  changes_requested: 'yellow',
  limited: 'yellow',
  paused: 'yellow',
  mergeable: 'green',
  approved: 'green',
  merged: 'magenta',
  done: 'green',
  killed: 'dim',
  terminated: 'dim',
  queued: 'dim',
};

/** Below a list that is not whole. */
export const MORE = 'There are more sessions.  Every one of them: ao list --all';

/** What `ao status` prints. */
export function renderStatus(
  sessions: readonly SessionView[],
  options: {
    readonly json?: boolean;
    readonly cost?: boolean;
    readonly pr?: boolean;
    /** There are ended sessions that are not in the list. */
    readonly more?: boolean;
  },
  shape: Pick<StatusTableOptions, 'now' | 'columns' | 'color'>,
): string {
  if (options.json) return JSON.stringify(sessions, null, 2);
  const table = statusTable(sessions, {
    ...shape,
    cost: options.cost ?? false,
    pr: options.pr ?? false,
  });
  return options.more ? `${table}\n${MORE}` : table;
}

/** The table and the line below it. */
function statusTable(sessions: readonly SessionView[], options: StatusTableOptions): string {
  if (sessions.length === 0) return 'No sessions.  Start one: ao spawn "what to do"';
  const paint = painter(options.color);
  const rows = fitting(
    [
      columnNames(options).map((name) => paint('dim', name)),
      ...sessions.map((session) => rowOf(session, options, paint)),
    ],
    options,
  );
  const lines = formatTable(rows, options.columns).split('\n');
  const below = (session: SessionView): string[] => [
    ...(session.queue === null
      ? []
      : [paint('dim', `  waits: ${plainLine(session.queue.reason)}`)]),
    ...(options.pr && session.pr !== null ? [pullRequestLine(session.pr)] : []),
  ];
  const table = [
    lines[0] ?? '',
    ...sessions.flatMap((session, index) => [lines[index + 1] ?? '', ...below(session)]),
  ];
  return [...table, summary(sessions, options)].join('\n');
}

const columnNames = ({ cost }: Pick<StatusTableOptions, 'cost'>): readonly string[] => [
  'SESSION',
  'STATUS',
  'TURN',
  'PR',
  'CI',
  'REVIEW',
  'COST',
  ...(cost ? ['TOKENS'] : []),
  'AGE',
  'TASK',
];

/** What a task needs to be told from another, in columns. */
const TASK_ROOM = 20;
/** What a narrow terminal does without, first what `ao show` and the status tell anyway. Cost stays where it was asked for. */
const LEAVES = ['REVIEW', 'COST', 'AGE', 'CI'] as const;

/** The rows without the columns there is no room for. */
function fitting(
  rows: ReadonlyArray<readonly string[]>,
  { columns, cost }: StatusTableOptions,
): ReadonlyArray<readonly string[]> {
  if (columns === null) return rows;
  const names = columnNames({ cost });
  const widths = names
    .slice(0, -1)
    .map((_, at) => Math.max(...rows.map((row) => displayWidth(row[at] ?? ''))) + 2);
  const left = new Set(names.keys());
  for (const name of LEAVES.filter((one) => !cost || one !== 'COST')) {
    const taken = widths.reduce((sum, each, at) => sum + (left.has(at) ? each : 0), 0);
    if (taken + TASK_ROOM <= columns) break;
    left.delete(names.indexOf(name));
  }
  return rows.map((row) => row.filter((_, at) => left.has(at)));
}

function rowOf(session: SessionView, options: StatusTableOptions, paint: Paint): string[] {
  const { pr } = session;
  const colour = COLOURS[session.status];
  const status = colour === undefined ? session.status : paint(colour, session.status);
  return [
    session.id,
    `${STATUS_EMOJI[session.status]} ${status}`,
    session.queue === null ? session.turn : `place ${session.queue.position}`,
    pr === null ? '-' : `#${pr.number}`,
    pr === null || pr.checks.total === 0 ? '-' : `${pr.checks.passed}/${pr.checks.total}`,
    pr === null || pr.review.decision === 'none' ? '-' : decisionWords(pr.review.decision),
    formatUsd(session.usd),
    ...(options.cost ? [formatCount(session.tokens)] : []),
    formatDuration((session.endedAt ?? options.now) - session.createdAt),
    taskOf(session),
  ];
}

function taskOf(session: SessionView): string {
  const title = plainLine(session.title);
  return session.issue === null ? `"${title}"` : `${session.issue} ${title}`;
}

function pullRequestLine(pr: PrView): string {
  const waits =
    pr.waitsFor.length === 0
      ? 'ready to merge'
      : `waits for: ${pr.waitsFor.map(plainLine).join('; ')}`;
  return `  #${pr.number} ${pr.url ?? pr.branch}  +${pr.additions} -${pr.deletions}  ${waits}`;
}

function summary(sessions: readonly SessionView[], options: StatusTableOptions): string {
  const mine = sessions.filter((session) => session.turn === 'human');
  const count = `${sessions.length} ${sessions.length === 1 ? 'session' : 'sessions'}`;
  const parts = [
    count,
    ...(mine.length === 0
      ? []
      : [`${mine.length} ${mine.length === 1 ? 'waits' : 'wait'} for you`]),
  ];
  if (options.cost)
    parts.push(formatUsd(sessions.reduce((sum, session) => sum + (session.usd ?? 0), 0)));
  const hint = mine[0] === undefined ? '' : `  ao show ${mine[0].id}`;
  return `${parts.join(', ')}.${hint}`;
}
