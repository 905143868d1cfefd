/** Buttons of a session: those of its state on the card, the rest behind More…. */
import type { SessionAction, SessionView } from '../../commands/views.ts';
import type { Block, Button } from '../../slots/chat.ts';
import type { CardLinks } from '../words/links.ts';
import { button, buttons, linkButton } from '../words/message.ts';
import { type PinnedVerb, pinOf } from '../words/pin.ts';
import { escapeMarkdown } from '../words/wording.ts';
import { approveMergeButton } from './merge-card.ts';

/** Most wanted first; a card shows what fits. */
const ORDER: readonly SessionAction[] = [
  'merge',
  'approve',
  'request_changes',
  'ready',
  'start',
  'undo',
  'restore',
  'stop',
  'resume',
  'open_pr',
  'diff',
  'terminal',
  'interrupt',
  'rerun',
  'pause',
  'handoff',
  'logs',
  'done',
  'kill',
  'mute',
  'unmute',
];
const ON_CARD = 4;

/** Checks say nothing against approving. */
const CHECKED: ReadonlySet<string> = new Set(['passing', 'none']);

const LABELS: Readonly<Record<SessionAction, string>> = {
  stop: 'Stop',
  interrupt: 'Interrupt…',
  kill: 'Kill',
  undo: 'Undo',
  restore: 'Restore',
  pause: 'Pause',
  resume: 'Resume',
  handoff: 'Hand over…',
  done: 'Done',
  merge: 'Approve & merge',
  approve: 'Approve',
  request_changes: 'Request changes…',
  ready: 'Mark as ready',
  rerun: 'Rerun checks',
  open_pr: 'Open PR',
  diff: 'Diff',
  terminal: 'Terminal',
  logs: 'Logs',
  start: 'Start',
  mute: 'Mute',
  unmute: 'Unmute',
};

/** One row: the first ones that fit the state, then More…. */
export function actionButtons(session: SessionView, links: CardLinks): readonly Block[] {
  const wanted = ORDER.filter((action) => session.actions.includes(action));
  const shown = wanted.length <= ON_CARD + 1 ? wanted : wanted.slice(0, ON_CARD);
  const row = shown.map((action) => actionButton(action, session, links));
  return buttons(
    shown.length < wanted.length ? [...row, button('More…', 'more', session.id)] : row,
  );
}

/** Every action, in rows of five. */
export function allActionButtons(session: SessionView, links: CardLinks): readonly Block[] {
  const all = ORDER.filter((action) => session.actions.includes(action)).map((action) =>
    actionButton(action, session, links),
  );
  const rows = Array.from({ length: Math.ceil(all.length / 5) }, (_, row) =>
    all.slice(row * 5, row * 5 + 5),
  );
  return rows.flatMap(buttons);
}

const pin = (verb: PinnedVerb, { id, pr }: SessionView): string | null =>
  pr === null ? null : pinOf(verb, id, pr);

export function actionButton(
  action: SessionAction,
  session: SessionView,
  links: CardLinks,
): Button {
  const { id, pr } = session;
  switch (action) {
    case 'merge':
      return pr === null ? button(LABELS.merge, 'merge', id) : approveMergeButton(session, pr);
    case 'approve':
      return button(LABELS.approve, 'approve', id, pin('approve', session), {
        // Nothing invites to approve what is red, or not known to be green.
        style: pr !== null && CHECKED.has(pr.checks.state) ? 'primary' : 'plain',
      });
    case 'request_changes':
      return button(LABELS.request_changes, 'request_changes', id, pin('request_changes', session));
    case 'ready':
      return button(LABELS.ready, 'react', id, 'draft-done');
    case 'open_pr':
      return pr?.url == null
        ? button(LABELS.open_pr, 'open_pr', id)
        : linkButton(LABELS.open_pr, `open_pr:${id}`, pr.url);
    case 'terminal': {
      const url = links.terminal(id);
      return url === null
        ? button(LABELS.terminal, 'terminal', id)
        : linkButton(LABELS.terminal, `terminal:${id}`, url);
    }
    case 'kill':
      return button(LABELS.kill, 'kill', id, null, {
        style: 'danger',
        confirm: killConfirm(session),
      });
    case 'done':
      return button(LABELS.done, 'done', id, null, { confirm: doneConfirm(session) });
    case 'stop':
    case 'interrupt':
    case 'undo':
    case 'restore':
    case 'pause':
    case 'resume':
    case 'handoff':
    case 'rerun':
    case 'diff':
    case 'logs':
    case 'start':
    case 'mute':
    case 'unmute':
      return button(LABELS[action], action, id);
  }
}

/** `from`: the head that was looked at last. */
export const changesButton = (session: string, from: string): Button =>
  button('What changed since', 'changes', session, from);

const killConfirm = (session: SessionView): NonNullable<Button['confirm']> => ({
  title: `Kill ${session.id}?`,
  text: `The agent stops and the worktree of ${escapeMarkdown(session.title)} is removed. A snapshot is kept; Undo brings it back.`,
  ok: 'Kill',
});

const doneConfirm = (session: SessionView): NonNullable<Button['confirm']> => ({
  title: `Finish ${session.id} without a merge?`,
  text: 'The agent stops and the worktree is removed. The branch and a snapshot are kept.',
  ok: 'Finish',
});
