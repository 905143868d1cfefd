import type { SessionAction, SessionView } from '../../../../commands/views.ts';
import type { ChatInputBody, ChatReply } from '../../../../http/contract.ts';
import { messageOf } from './api.ts';
import type { Model, Place } from './model.ts';
import { forgetKey } from './page-key.ts';
import { formatRoute, type Route, type Tab } from './route.ts';

export function go(model: Model, change: Partial<Route>): void {
  location.hash = formatRoute({ ...model.route.value, ...change });
}

export const openSession = (model: Model, session: string, tab: Tab = 'thread'): void =>
  go(model, { session, tab });

export function toast(model: Model, text: string): void {
  const id = crypto.randomUUID();
  model.toasts.value = [
    ...model.toasts.value.filter((one) => one.text !== text),
    { id, text },
  ].slice(-3);
  setTimeout(() => dismissToast(model, id), 8_000);
}

export function dismissToast(model: Model, id: string): void {
  model.toasts.value = model.toasts.value.filter((one) => one.id !== id);
}

/** Runs once per key at a time. Says true when it went through; an error is shown as a toast. */
export async function exclusive(
  model: Model,
  key: string,
  run: () => Promise<unknown>,
): Promise<boolean> {
  if (model.pending.value.has(key)) return false;
  model.pending.value = new Set(model.pending.value).add(key);
  try {
    await run();
    return true;
  } catch (error) {
    toast(model, messageOf(error));
    return false;
  } finally {
    const left = new Set(model.pending.value);
    left.delete(key);
    model.pending.value = left;
  }
}

/** A body whose delivery id is made here. */
export type Draft = ChatInputBody extends infer T
  ? T extends unknown
    ? Omit<T, 'delivery'>
    : never
  : never;

/** Sends one input and shows its private answer. `delivery` is kept over retries, so a retry can't do it twice. */
export async function sendInput(
  model: Model,
  draft: Draft,
  delivery: string = crypto.randomUUID(),
): Promise<ChatReply> {
  const reply = await model.api.post<ChatReply>('chat/inputs', { ...draft, delivery }, delivery);
  const place: Place = { channel: draft.channel, thread: draft.thread };
  if (reply.whisper)
    model.whispers.value = [
      ...model.whispers.value,
      { id: `whisper-${delivery}`, place, message: reply.whisper, at: Date.now() },
    ];
  if (reply.form) model.dialog.value = { type: 'form', form: reply.form, place };
  return reply;
}

/** Ends this browser's sign-in on the server; the page then shows that it is locked. */
export const signOut = (model: Model): Promise<boolean> =>
  exclusive(model, 'sign-out', async () => {
    await model.api.post('logout', {});
    forgetKey();
    location.reload();
  });

export function dismissWhisper(model: Model, id: string): void {
  model.whispers.value = model.whispers.value.filter((one) => one.id !== id);
}

const sessionPath = (id: string, rest: string): string =>
  `sessions/${encodeURIComponent(id)}/${rest}`;

export const postSession = (
  model: Model,
  id: string,
  rest: string,
  body: object = {},
): Promise<boolean> =>
  exclusive(model, `${id}/${rest}`, () => model.api.post(sessionPath(id, rest), body));

export const ACTION_LABELS: Readonly<Record<SessionAction, string>> = {
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
  logs: 'Terminal',
  start: 'Start now',
  mute: 'Mute',
  unmute: 'Unmute',
};

/** What needs a form is asked by the same one as in the thread. */
const pressInThread = (
  model: Model,
  { id, project }: SessionView,
  action: string,
): Promise<boolean> =>
  exclusive(model, `${id}/${action}`, () =>
    sendInput(model, {
      type: 'action',
      channel: project,
      thread: id,
      message: id,
      action,
      value: null,
    }),
  );

const checksWords = ({
  passed,
  total,
  state,
}: NonNullable<SessionView['pr']>['checks']): string => {
  if (total > 0) return `checks ${passed} of ${total}`;
  return state === 'none' ? 'no checks' : `checks ${state}`;
};

/** Does what a button of the session header, the inbox or a menu names; asks first where it can't be taken back. */
export function act(model: Model, view: SessionView, action: SessionAction) {
  const post = (rest: string, body: object = {}): void =>
    void postSession(model, view.id, rest, body);
  const ask = (title: string, label: string, ok: string, run: (text: string) => void): void => {
    model.dialog.value = { type: 'ask', title, label, ok, run };
  };
  /** What is approved is what the page shows. */
  const seen = { sha: view.pr?.headSha ?? null, base: view.pr?.base ?? null };
  switch (action) {
    case 'stop':
      return post('stop');
    case 'interrupt':
      return ask(`Interrupt ${view.id}`, 'Say instead', 'Interrupt', (text) =>
        post('interrupt', { text }),
      );
    case 'request_changes':
      return ask(
        `Request changes on ${view.pr ? `PR #${view.pr.number}` : view.id}`,
        'What should change',
        'Request changes',
        (text) => post('review', { decision: 'request_changes', text, ...seen }),
      );
    case 'approve':
      return post('review', { decision: 'approve', text: '', ...seen });
    case 'merge':
      return confirmMerge(model, view, () => post('merge', seen));
    case 'kill':
      model.dialog.value = {
        type: 'confirm',
        title: `Kill ${view.id}?`,
        text: 'The agent is stopped at once. A snapshot of its worktree is kept, so Undo brings it back for some days.',
        ok: 'Kill',
        danger: true,
        run: () => post('kill'),
      };
      return;
    case 'pause':
    case 'undo':
    case 'restore':
    case 'resume':
    case 'done':
    case 'rerun':
      return post(action);
    case 'mute':
    case 'unmute':
      return post('mute', { muted: action === 'mute' });
    case 'handoff':
      return void pressInThread(model, view, `${action}:${view.id}`);
    case 'ready':
      return void pressInThread(model, view, `react:${view.id}:draft-done`);
    case 'diff':
      return openSession(model, view.id, 'diff');
    case 'terminal':
    case 'logs':
      return openSession(model, view.id, 'terminal');
    case 'open_pr':
      return view.pr?.url
        ? void window.open(view.pr.url, '_blank', 'noopener')
        : openSession(model, view.id, 'checks');
    case 'start':
      return post('resume');
  }
}

function confirmMerge(model: Model, view: SessionView, run: () => void) {
  const pr = view.pr;
  if (!pr) return run();
  const approved =
    pr.review.approvedBy.length > 0 ? ` · approved by ${pr.review.approvedBy.join(', ')}` : '';
  model.dialog.value = {
    type: 'confirm',
    title: `Merge PR #${pr.number} into ${pr.base}?`,
    text: `**${pr.title}**\n\n\`${pr.headSha.slice(0, 7)}\` · +${pr.additions} −${pr.deletions} in ${pr.changedFiles} files · ${checksWords(pr.checks)}${approved}`,
    ok: 'Approve & merge',
    danger: false,
    run,
  };
}
