/** Answers to questions about sessions: tables, facts and files, as private messages. */

import type { SessionPage } from '../../commands/session-list.ts';
import { STATUS_EMOJI } from '../../commands/status-emoji.ts';
import type {
  CostRow,
  CostView,
  DiffView,
  IssueView,
  ProjectView,
  PrView,
  SessionView,
} from '../../commands/views.ts';
import { costCsv } from '../../domain/money/cost-csv.ts';
import type { CostSpan } from '../../domain/money/cost-period.ts';
import type { Block, ChatReply, Markdown } from '../../slots/chat.ts';
import { allActionButtons } from '../thread/action-buttons.ts';
import { liveCard, plainHeadline } from '../thread/cards.ts';
import { roomFor } from '../words/button-id.ts';
import type { CardLinks } from '../words/links.ts';
import { button, buttons, code, context, dots, textBlock, whisper } from '../words/message.ts';
import { prLine } from '../words/pr-text.ts';
import {
  count,
  diffSize,
  duration,
  escapeMarkdown,
  link,
  money,
  oneLine,
  person,
  shortSha,
  tokenCount,
} from '../words/wording.ts';
import { say } from './refusals.ts';

const MAX_ROWS = 40;

export function statusReply(
  { sessions, next }: SessionPage,
  now: number,
  threadLink: (session: string) => string | null,
): ChatReply {
  if (sessions.length === 0) return say('No sessions. Start one:  /ao spawn 42');
  const shown = sessions.slice(0, MAX_ROWS);
  const waiting = sessions.filter((session) => session.turn === 'human').length;
  const line = `${count(sessions.length, 'session')}, ${waiting === 0 ? 'none waits' : waiting === 1 ? '1 waits' : `${waiting} wait`} for a person.${sessions.length > MAX_ROWS ? ` The first ${MAX_ROWS}:` : ''}${next === null ? '' : ' Sessions that ended earlier are left out.'}`;
  return whisper(line, line, [
    textBlock(shown.map((session) => statusLines(session, now, threadLink(session.id))).join('\n')),
  ]);
}

/** Two lines that read on a phone as well: no table does. */
function statusLines(session: SessionView, now: number, url: string | null): Markdown {
  const issue = session.issue === null ? '' : ` (${escapeMarkdown(session.issue)})`;
  return [
    `${STATUS_EMOJI[session.status]} **${link(session.id, url)}** ${escapeMarkdown(oneLine(session.title, 60))}${issue}`,
    dots([
      escapeMarkdown(plainHeadline(session, now)),
      session.outcome === null && session.pr !== null ? prFacts(session.pr) : null,
      session.outcome === null && session.usd !== null ? money(session.usd) : null,
      session.outcome === null ? duration(now - session.createdAt) : null,
    ]),
  ].join('\n');
}

const prFacts = (pr: PrView): Markdown =>
  dots([
    `PR ${link(`#${pr.number}`, pr.url)}`,
    pr.checks.total === 0 ? null : `checks ${pr.checks.passed} of ${pr.checks.total}`,
    pr.review.decision === 'none' || pr.review.decision === 'required'
      ? null
      : pr.review.decision.replace('_', ' '),
  ]);

/** The card with every action and everything that is known. */
export function showReply(session: SessionView, now: number, links: CardLinks): ChatReply {
  const card = liveCard(session, now, links);
  const blocks = card.blocks.filter((block) => block.type !== 'buttons');
  const waiting = session.steers.filter((steer) => steer.state === 'queued').length;
  const fields: Block = {
    type: 'fields',
    fields: [
      { name: 'Status', value: `${STATUS_EMOJI[session.status]} ${session.status}` },
      { name: 'Project', value: escapeMarkdown(session.project) },
      { name: 'Owner', value: escapeMarkdown(person(session.owner)) },
      { name: 'Base', value: escapeMarkdown(session.base) },
      { name: 'Permissions', value: session.permissions },
      ...(session.ciRounds + session.reviewRounds === 0
        ? []
        : [{ name: 'Rounds', value: `CI ${session.ciRounds}, review ${session.reviewRounds}` }]),
      ...(waiting === 0 ? [] : [{ name: 'Waiting messages', value: String(waiting) }]),
    ],
  };
  const usage = session.usage.map((one) =>
    context(
      `${escapeMarkdown(one.model)}: ${tokenCount(one.inputTokens + one.outputTokens + one.cacheReadTokens + one.cacheWriteTokens)} tokens, ${money(one.usd)}`,
    ),
  );
  return {
    whisper: {
      text: card.text,
      kind: 'post',
      blocks: [...blocks, fields, ...usage, ...allActionButtons(session, links)],
    },
  };
}

export function moreReply(session: SessionView, links: CardLinks): ChatReply {
  const line = `What to do with ${session.id}?`;
  return whisper(line, line, allActionButtons(session, links));
}

/** Each with what can be done about it. */
const waitLines = (pr: PrView): string =>
  pr.waitsFor
    .map((rule, place) => [rule, pr.waits[place]?.remedy ?? ''].join(' ').trim())
    .map((line) => `- ${escapeMarkdown(line)}`)
    .join('\n');

/** Every pull request, and what the merge gate waits for. */
export function prReply(session: SessionView): ChatReply {
  const { pr } = session;
  if (pr === null) return say(`${session.id} has no pull request yet.`);
  const gate =
    pr.state !== 'open'
      ? `It is ${pr.state}.`
      : pr.waitsFor.length === 0
        ? 'The merge gate is open.'
        : `The merge waits for:\n${waitLines(pr)}`;
  const checks: readonly Block[] =
    pr.checks.items.length === 0
      ? []
      : [
          {
            type: 'table',
            columns: ['Check', 'Result'],
            rows: pr.checks.items.map((check) => [
              oneLine(check.name, 60),
              check.conclusion ?? check.status,
            ]),
          },
        ];
  const line = `PR #${pr.number} of ${session.id}: ${oneLine(pr.title, 120)}`;
  return whisper(
    line,
    `PR ${link(`#${pr.number}`, pr.url)} of ${session.id}: ${escapeMarkdown(oneLine(pr.title, 120))}`,
    [context(prLine(pr)), textBlock(gate), ...checks],
  );
}

const INLINE_LINES = 40;

export function logsReply(
  session: string,
  logs: { readonly text: string; readonly live: boolean },
): ChatReply {
  const text = logs.text.trimEnd();
  if (text === '') return say(`The terminal of ${session} shows nothing yet.`);
  const line = logs.live ? `Terminal of ${session}:` : `Last terminal lines of ${session}:`;
  return textOrFile(line, `${session}.log`, text);
}

export const checkLogReply = (
  session: string,
  log: { readonly name: string; readonly text: string },
): ChatReply =>
  textOrFile(
    `Log of ${oneLine(log.name, 60)} in ${session}:`,
    `${session}-${log.name.replace(/[^\w.-]+/g, '-').slice(0, 60)}.log`,
    log.text.trimEnd(),
  );

/** The end of the text; all of it as a file when it is longer. */
function textOrFile(line: string, file: string, text: string): ChatReply {
  const lines = text.split('\n');
  const tail = lines.slice(-INLINE_LINES).join('\n').slice(-2500);
  const whole = tail.length >= text.length;
  return whisper(
    line,
    escapeMarkdown(line),
    [code(null, tail, false)],
    whole ? {} : { files: [{ name: file, content: text }] },
  );
}

const NAMED_FILES = 5;

/** What is in the checkout and not in what is shown; begins with a blank. */
function worktreeWords({ head, worktree }: Pick<DiffView, 'head' | 'worktree'>): string {
  if (head === null || worktree === null) return '';
  const { headSha, files } = worktree;
  const named = files.slice(0, NAMED_FILES).join(', ');
  const more = files.length > NAMED_FILES ? ` and ${files.length - NAMED_FILES} more` : '';
  return [
    headSha === null
      ? ''
      : ` The worktree is at ${shortSha(headSha)}, which isn't what would be merged.`,
    files.length === 0 ? '' : ` Not committed in the worktree, and not in this: ${named}${more}.`,
  ].join('');
}

export function diffReply(session: string, diff: DiffView): ChatReply {
  const besides = worktreeWords(diff);
  if (diff.files === 0) return say(`${session} has changed nothing yet.${besides}`);
  const of =
    diff.head === null
      ? ''
      : ` in PR #${diff.head.number} at ${shortSha(diff.head.sha)}, into ${diff.head.base}`;
  const line = `${session} changed ${count(diff.files, 'file')}, ${diffSize(diff)}${of}.${besides}`;
  const stat = diff.stat.trimEnd().slice(-2500);
  return whisper(line, escapeMarkdown(line), stat === '' ? [] : [code(null, stat, false)], {
    files: [{ name: `${session}.patch`, content: diff.patch }],
  });
}

/** What came to the pull request between two of its heads. */
export function changesReply(
  session: string,
  { from, to, patch }: { readonly from: string; readonly to: string; readonly patch: string },
): ChatReply {
  const span = `${shortSha(from)}..${shortSha(to)}`;
  if (patch.trim() === '') return say(`${session}: nothing differs between ${span}.`);
  const line = `${session}: what changed in ${span}.`;
  return whisper(line, line, [code(null, patch.slice(0, 2_500), false)], {
    files: [{ name: `${session}-${shortSha(from)}-${shortSha(to)}.patch`, content: patch }],
  });
}

export function attachReply(
  session: string,
  argv: { readonly argv: readonly string[]; readonly readOnlyArgv: readonly string[] },
): ChatReply {
  const line = `On the host, this opens the terminal of ${session}; the second only looks. No key leaves it: close the window, or use  ao attach ${session}  and Ctrl-\\.`;
  return whisper(line, line, [
    code(null, [argv.argv, argv.readOnlyArgv].map(shellLine).join('\n'), false),
  ]);
}

/** POSIX shell quoting, so that the line can be pasted. */
const shellLine = (argv: readonly string[]): string =>
  argv
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');

const ISSUE_BUTTONS = 5;

export function issuesReply(issues: readonly IssueView[]): ChatReply {
  if (issues.length === 0) return say('No open issues fit.');
  const line =
    issues.length > 25
      ? `${issues.length} open issues, the first 25:`
      : `${count(issues.length, 'open issue')}:`;
  const rows = issues
    .slice(0, 25)
    .map((issue) => [
      `#${issue.id}`,
      oneLine(issue.title, 80),
      issue.labels.map((label) => oneLine(label, 20)).join(', ') || '-',
      issue.session ?? '-',
    ]);
  const free = issues.filter(
    (issue) =>
      issue.session === null &&
      new TextEncoder().encode(issue.id).length <= roomFor('spawn_issue', issue.project),
  );
  const spawn = free
    .slice(0, ISSUE_BUTTONS)
    .map((issue) => button(`Spawn #${issue.id}`, 'spawn_issue', issue.project, issue.id));
  return whisper(line, line, [
    { type: 'table', columns: ['Issue', 'Title', 'Labels', 'Session'], rows },
    ...buttons(spawn),
  ]);
}

export function projectsReply(projects: readonly ProjectView[]): ChatReply {
  if (projects.length === 0) return say('No projects. Add one on the host:  ao init');
  const line = `${count(projects.length, 'project')}:`;
  const rows = projects.map((project) => [
    project.id,
    oneLine(project.name, 60),
    project.defaultBranch,
    project.agent,
    `${project.live} live of ${project.sessions}`,
  ]);
  return whisper(line, line, [
    { type: 'table', columns: ['Project', 'Name', 'Branch', 'Agent', 'Sessions'], rows },
  ]);
}

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

/** What `/ao spawn` says at once; the thread follows. */
export const spawnedLine = (session: SessionView): string =>
  `${STATUS_EMOJI[session.status]} ${session.id}: ${oneLine(session.title, 100)}${session.issue === null ? '' : ` (${session.issue})`}`;
