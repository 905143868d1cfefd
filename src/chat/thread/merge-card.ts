/** Approve & merge: what a person must see before the click, pinned to the head it was shown for. */

import { STATUS_EMOJI } from '../../commands/status-emoji.ts';
import type { PrView, SessionView } from '../../commands/views.ts';
import type { Button, ChatMessage } from '../../slots/chat.ts';
import { button, buttons, linkButton, post } from '../words/message.ts';
import { pinOf } from '../words/pin.ts';
import { approvalsText, checksText, reviewText } from '../words/pr-text.ts';
import {
  count,
  diffSize,
  escapeMarkdown,
  inlineCode,
  link,
  oneLine,
  shortSha,
} from '../words/wording.ts';

/** Carries the whole head SHA and the base: a push, or another base, after this card makes the click stale. */
export function approveMergeButton(session: SessionView, pr: PrView): Button {
  const facts = [
    `${diffSize(pr)} in ${count(pr.changedFiles, 'file')}`,
    checksText(pr),
    reviewText(pr),
    ...(approvalsText(pr) === null ? [] : [`approvals: ${approvalsText(pr)}`]),
    `head ${inlineCode(shortSha(pr.headSha))} into ${inlineCode(pr.base)}`,
    "with the project's merge method",
  ];
  return button('Approve & merge', 'merge', session.id, pinOf('merge', session.id, pr), {
    style: 'primary',
    confirm: { title: `Merge PR #${pr.number}?`, text: facts.join('\n'), ok: 'Approve & merge' },
  });
}

/** The post made when the merge gate opens. */
export function mergeReadyCard(session: SessionView, sha: string): ChatMessage {
  const pr = session.pr;
  const head = shortSha(sha);
  if (pr === null)
    return post(
      `${STATUS_EMOJI.mergeable} ${session.id} can be merged at ${head}.`,
      `${STATUS_EMOJI.mergeable} ${session.id} can be merged at ${inlineCode(head)}.`,
    );
  const line = `${STATUS_EMOJI.mergeable} PR #${pr.number} can be merged at ${head}: ${oneLine(pr.title, 120)}`;
  const markdown = `${STATUS_EMOJI.mergeable} PR ${link(`#${pr.number}`, pr.url)} can be merged at ${inlineCode(head)}: ${escapeMarkdown(oneLine(pr.title, 120))}`;
  const facts = {
    type: 'fields' as const,
    fields: [
      { name: 'Changes', value: `${diffSize(pr)} in ${count(pr.changedFiles, 'file')}` },
      { name: 'Checks', value: checksText(pr).replace(/^checks /, '') },
      { name: 'Review', value: reviewText(pr).replace(/^review: /, '') },
      { name: 'Into', value: inlineCode(pr.base) },
      ...approvalsField(pr),
    ],
  };
  return post(line, markdown, [facts, ...buttons(readyButtons(session, pr, sha))]);
}

/** Only where it takes more than the one who presses. */
function approvalsField(
  pr: PrView,
): ReadonlyArray<{ readonly name: string; readonly value: string }> {
  const text = approvalsText(pr);
  return text === null ? [] : [{ name: 'Approvals', value: text }];
}

/** After a push or a merge the buttons are gone: what they were for is over. */
export function mergeOverCard(session: SessionView, sha: string): ChatMessage {
  const pr = session.pr;
  const what =
    pr !== null && pr.state === 'merged'
      ? 'is merged'
      : pr !== null && pr.headSha !== sha
        ? `moved on to ${shortSha(pr.headSha)}`
        : 'can no longer be merged as it is';
  const line = `${session.id} ${what}; this card was for ${shortSha(sha)}.`;
  return post(line, line);
}

function readyButtons(session: SessionView, pr: PrView, sha: string): readonly Button[] {
  const merge =
    session.actions.includes('merge') && pr.headSha === sha
      ? [approveMergeButton(session, pr)]
      : [];
  const open =
    pr.url === null
      ? button('Open PR', 'open_pr', session.id)
      : linkButton('Open PR', `open_pr:${session.id}`, pr.url);
  return [...merge, open, button('Diff', 'diff', session.id)];
}
