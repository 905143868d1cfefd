import { hasFailed, openComments, shownPr } from '../session/pr.ts';
import type { Handover, Snapshot, Steer } from '../session/session.ts';
import { fence, namesAsData } from './fence.ts';

/** What a hand-over is written from: the session as it is now, and what only its history and its worktree tell. */
export interface HandoverFacts {
  readonly snapshot: Snapshot;
  readonly handover: Handover;
  /** Every message of the session, oldest first. */
  readonly steers: readonly Steer[];
  /** The last things the agents before said at the end of a turn, oldest first. */
  readonly said: readonly string[];
  /** The last tools they used, oldest first. */
  readonly tools: readonly string[];
  /** `git diff --stat` against the base, uncommitted changes included; null: it could not be read. */
  readonly diffStat: string | null;
  /** Must not be known to whoever wrote the texts that are quoted. */
  readonly nonce: string;
}

const TASK_LIMIT = 16_000;
const SAID_LIMIT = 4_000;
const LINE_LIMIT = 2_000;
const STAT_LIMIT = 4_000;
const MESSAGES = 10;

/**
 * The first message to an agent that takes over: everything that stood in the conversation it does not have. What the old agent
 * and reviewers said is quoted as information; the task and what people asked for are orders as they were.
 */
export function handoverNote(facts: HandoverFacts): string {
  const { session } = facts.snapshot;
  const { from, to, by, words } = facts.handover;
  const isLost = from === to;
  const before = isLost
    ? 'You worked on this task before; that conversation was not kept when the process ended, and this is what stood in it.'
    : `You take over a task that ${from} worked on until now; ${by.name} handed it over.`;
  return [
    `${before} You are in the same worktree, on the same branch ${session.branch} (started from ${session.base}). What was done so far is there: look at  git status,  git log ${session.base}..HEAD  and the diff before you change anything, keep what is good, and go on from there. Don't start over.`,
    words === null ? '' : `${by.name} says to you: ${words}`,
    section('The task', task(facts)),
    section('What was asked for since', asked(facts)),
    section(isLost ? 'What you said last' : `What ${from} said last`, said(facts)),
    section(
      isLost ? 'What you did last' : 'What it did last',
      facts.tools.map((line) => `- ${line}`).join('\n'),
      facts,
    ),
    section(
      'The worktree against its base',
      facts.diffStat === null ? '(it could not be read)' : facts.diffStat || 'no changes yet',
      facts,
      STAT_LIMIT,
    ),
    section('The pull request', pullRequest(facts)),
    section('Open review comments', review(facts)),
    section('Questions that were open when it stopped', questions(facts), facts),
    waiting(facts),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** With `facts` the text is somebody else's and is fenced. */
function section(title: string, text: string, facts?: HandoverFacts, limit = LINE_LIMIT): string {
  if (text.trim() === '') return '';
  return `## ${title}\n${facts === undefined ? text : fence(title.toLowerCase(), cut(text, limit), facts.nonce)}`;
}

const cut = (text: string, limit: number): string =>
  text.length <= limit
    ? text
    : `${text.slice(0, limit)}\n[${text.length - limit} more characters cut]`;

const task = ({ steers }: HandoverFacts): string =>
  cut(steers.find((steer) => steer.id === 'task')?.text ?? '', TASK_LIMIT);

/** What people wrote and the agent had; what it never had follows as messages of their own. */
function asked({ steers }: HandoverFacts): string {
  const had = steers
    .filter((steer) => steer.kind === 'human' && steer.state === 'accepted')
    .slice(-MESSAGES);
  return had.map((steer) => `- ${steer.author.name}: ${cut(steer.text, LINE_LIMIT)}`).join('\n');
}

function said({ said: messages, handover, nonce }: HandoverFacts): string {
  const last = messages.slice(-3);
  return last
    .map((text) => fence(`words of ${handover.from}`, cut(text, SAID_LIMIT), nonce))
    .join('\n');
}

function pullRequest({ snapshot, nonce }: HandoverFacts): string {
  const pr = shownPr(snapshot);
  if (pr === null) return 'None yet.';
  const failing = pr.checks.checks.filter(hasFailed).map((check) => check.name);
  const facts = [
    `#${pr.number} is ${pr.draft ? 'a draft, ' : ''}${pr.state} at ${pr.headSha.slice(0, 12)}, into ${pr.base}`,
    `checks ${pr.checks.state}`,
    `review ${pr.review.decision.replace('_', ' ')}`,
    pr.mergeability === 'conflicting' ? `conflicts with ${pr.base}` : '',
    pr.url ?? '',
  ];
  return [
    facts.filter((part) => part !== '').join('; '),
    fence(`title of pull request #${pr.number}`, pr.title, nonce),
    named('Failing checks', failing, nonce),
    named('Files in conflict', pr.mergeability === 'conflicting' ? pr.conflicts : [], nonce),
    "New commits on the branch go into it; don't open another one.",
  ]
    .filter((part) => part !== '')
    .join('\n');
}

const named = (what: string, names: readonly string[], nonce: string): string =>
  names.length === 0 ? '' : `${what}: ${namesAsData(what.toLowerCase(), names, nonce).trimEnd()}`;

function review({ snapshot, nonce }: HandoverFacts): string {
  const pr = shownPr(snapshot);
  if (pr === null || pr.state !== 'open') return '';
  return [...openComments(pr, false), ...openComments(pr, true)]
    .slice(-MESSAGES)
    .map((comment) => {
      const where =
        comment.file === null
          ? 'the pull request'
          : `${comment.file}${comment.line === null ? '' : `:${comment.line}`}`;
      return fence(
        `comment ${comment.id} by ${comment.author} on ${where}`,
        cut(comment.body, LINE_LIMIT),
        nonce,
      );
    })
    .join('\n');
}

function questions({ snapshot, handover }: HandoverFacts): string {
  const open = snapshot.requests.filter(
    (request) => request.answer?.at === handover.at && request.answer.option === null,
  );
  return open
    .map((request) => `- ${request.title}${request.text === '' ? '' : `: ${request.text}`}`)
    .join('\n');
}

function waiting({ steers }: HandoverFacts): string {
  const n = steers.filter((steer) => steer.state === 'queued' && steer.kind !== 'task').length;
  return n === 0
    ? ''
    : `${n === 1 ? 'One message that' : `${n} messages that`} nobody had yet ${n === 1 ? 'follows' : 'follow'} after this one.`;
}
