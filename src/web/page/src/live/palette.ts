import { issueName } from '../../../../domain/text/issue-name.ts';
import type { IssueView, SessionView } from '../../../../http/contract.ts';
import { ACTION_LABELS, act, go, newSession, openSession } from './actions.ts';
import type { Model } from './model.ts';
import type { View } from './route.ts';
import { spawnIssue } from './spawn-issue.ts';
import { lookOf } from './status.ts';

export interface Entry {
  readonly id: string;
  readonly kind: 'Do' | 'Session' | 'Issue' | 'Channel' | 'View';
  readonly label: string;
  readonly note: string;
  run(): void;
}

const MOST = 40;

/** What fits all the words; without words: what can be done here, live sessions and places. */
export function entriesFor(model: Model, text: string): readonly Entry[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return [...doing(model), ...sessions(model), ...places(model), ...issues(model)]
    .filter(({ kind, label, note }) => {
      const all = `${kind} ${label} ${note}`.toLowerCase();
      return words.every((word) => all.includes(word));
    })
    .slice(0, MOST);
}

/** What the open session allows, and what is possible anywhere. */
function doing(model: Model): readonly Entry[] {
  const { session } = model.route.value;
  const open = session === null ? undefined : model.sessions.value.get(session);
  return [
    ...(open?.actions ?? []).map(
      (action): Entry => ({
        id: `do/${action}`,
        kind: 'Do',
        label: ACTION_LABELS[action],
        note: open?.id ?? '',
        run: () => open && act(model, open, action),
      }),
    ),
    { id: 'do/new', kind: 'Do', label: 'New session', note: '', run: () => newSession(model) },
  ];
}

function sessions(model: Model): readonly Entry[] {
  const order = (view: SessionView): number =>
    view.endedAt === null ? Number.MAX_SAFE_INTEGER - view.createdAt : view.endedAt - 1e14;
  return [...model.sessions.value.values()]
    .toSorted((a, b) => order(b) - order(a))
    .map((view) => ({
      id: `session/${view.id}`,
      kind: 'Session',
      label: `${view.id} ${view.title}`,
      note: [view.issue, view.pr && `PR #${view.pr.number}`, lookOf(view.status).label, view.branch]
        .filter(Boolean)
        .join(' · '),
      run: () => openSession(model, view.id),
    }));
}

const VIEWS: ReadonlyArray<readonly [label: string, view: View]> = [
  ['Board', { name: 'board' }],
  ['Inbox', { name: 'inbox' }],
  ['Issues', { name: 'issues' }],
  ['Cost', { name: 'cost' }],
  ['Bot: health, projects, people, audit', { name: 'bot' }],
];

function places(model: Model): readonly Entry[] {
  const to = (view: View) => () => go(model, { view, session: null });
  return [
    ...VIEWS.map(
      ([label, view]): Entry => ({
        id: `view/${label}`,
        kind: 'View',
        label,
        note: '',
        run: to(view),
      }),
    ),
    ...model.channels.value.map(
      ({ id, name }): Entry => ({
        id: `channel/${id}`,
        kind: 'Channel',
        label: `#${name}`,
        note: '',
        run: to({ name: 'channel', channel: id }),
      }),
    ),
  ];
}

/** Enter starts a session on it, or opens the one that works on it. */
function issues(model: Model): readonly Entry[] {
  return (model.issues.value ?? []).map(
    (issue: IssueView): Entry => ({
      id: `issue/${issue.project}/${issue.id}`,
      kind: 'Issue',
      label: `${issueName(issue.id)} ${issue.title}`,
      note: `${issue.project} · ${issue.session === null ? 'start a session' : `open ${issue.session}`}`,
      run: () =>
        issue.session === null
          ? void spawnIssue(model, issue, false)
          : openSession(model, issue.session),
    }),
  );
}
