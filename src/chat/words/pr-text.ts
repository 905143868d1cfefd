/** A pull request in one line. */
import type { PrView } from '../../commands/views.ts';
import type { Markdown } from '../../slots/chat.ts';
import { dots } from './message.ts';
import {
  count,
  diffSize,
  escapeMarkdown,
  inlineCode,
  link,
  oneLine,
  people,
  person,
  shortSha,
} from './wording.ts';

/** `PR #118 at 3f9c2ab +71 −12 · checks 6 of 6 · approved by @lee` */
export function prLine(pr: PrView): Markdown {
  const state = pr.state === 'open' ? (pr.draft ? 'draft' : null) : pr.state;
  return dots([
    `PR ${link(`#${pr.number}`, pr.url)} at ${inlineCode(shortSha(pr.headSha))} ${diffSize(pr)}`,
    state,
    checksText(pr),
    reviewText(pr),
    mergeabilityText(pr),
    pr.state !== 'open' || approvalsText(pr) === null
      ? null
      : `${approvalsText(pr)} approvals of the merge`,
  ]);
}

export function checksText(pr: PrView): string {
  const { state, passed, total, items } = pr.checks;
  if (state === 'none') return 'no checks';
  if (state === 'unknown') return 'checks unknown';
  // The forge's summary alone: how many there are isn't known.
  if (total === 0) return SUMMARY[state];
  const failed = items
    .filter((check) => check.status === 'completed' && !PASSING.has(check.conclusion ?? ''))
    .map((check) => escapeMarkdown(oneLine(check.name, 40)));
  const shown =
    failed.length > 3
      ? `${failed.slice(0, 3).join(', ')} and ${failed.length - 3} more`
      : failed.join(', ');
  const detail = failed.length > 0 ? ` (${shown} failed)` : state === 'pending' ? ' (running)' : '';
  return `checks ${passed} of ${total}${detail}`;
}

const SUMMARY: Readonly<Record<'pending' | 'passing' | 'failing', string>> = {
  pending: 'checks running',
  passing: 'checks passed',
  failing: 'checks failed',
};

const PASSING: ReadonlySet<string> = new Set(['success', 'skipped', 'neutral']);

export function reviewText(pr: PrView): string {
  const { decision, approvedBy, openComments } = pr.review;
  if (decision === 'approved') return `approved by ${escapeMarkdown(people(approvedBy))}`;
  const open = openComments > 0 ? ` (${count(openComments, 'open comment')})` : '';
  if (decision === 'changes_requested') return `changes requested${open}`;
  return decision === 'required' ? `review: waiting${open}` : `review: none yet${open}`;
}

/** `1 of 2 (@dana)`; null where one approval is enough, which then is the press itself. */
export function approvalsText(pr: PrView): string | null {
  const { by, needed } = pr.approvals;
  if (needed < 2) return null;
  return `${by.length} of ${needed}${by.length === 0 ? '' : ` (${by.map((one) => escapeMarkdown(person(one))).join(', ')})`}`;
}

function mergeabilityText(pr: PrView): string | null {
  if (pr.state !== 'open') return null;
  if (pr.mergeability === 'conflicting') return `conflicts with ${escapeMarkdown(pr.base)}`;
  if (pr.mergeability === 'behind') return `behind ${escapeMarkdown(pr.base)}`;
  return pr.mergeability === 'queued' ? 'in the merge queue' : null;
}
