import type {
  ChatInputBody,
  ChatReply,
  SessionAction,
  SessionView,
} from '../../../../http/contract.ts';
import { messageOf } from './api.ts';
import { type Model, messagesOf, type Place, type Whisper } from './model.ts';
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

/** Where a person was looking when they asked for something. */
export interface Seen {
  readonly place: Place;
  /** Id of the message whose button was pressed. */
  readonly under: string | null;
}

/** Sends one input. `delivery` is kept over retries and tabs, so that a second sending does nothing twice. */
export const postInput = (
  model: Model,
  draft: Draft,
  delivery: string = crypto.randomUUID(),
): Promise<ChatReply> => model.api.post<ChatReply>('chat/inputs', { ...draft, delivery }, delivery);

/** Sends one input and shows its private answer where the person looks: `seen`, else the input's own place. */
export async function sendInput(
  model: Model,
  draft: Draft,
  { delivery = crypto.randomUUID(), seen }: { delivery?: string; seen?: Seen } = {},
): Promise<ChatReply> {
  const reply = await postInput(model, draft, delivery);
  const place: Place = { channel: draft.channel, thread: draft.thread };
  if (reply.whisper)
    showAnswer(model, { id: `whisper-${delivery}`, message: reply.whisper, from: place }, seen);
  if (reply.form) model.dialog.value = { type: 'form', form: reply.form, place };
  return reply;
}

/** The server knows what a session needs, so it sends the form. */
export function newSession(model: Model): void {
  const { view } = model.route.value;
  const channel =
    view.name === 'channel'
      ? view.channel
      : (model.channels.value.find((one) => one.project !== null)?.id ??
        model.channels.value[0]?.id);
  if (channel !== undefined)
    void exclusive(model, 'new-session', () =>
      sendInput(model, { type: 'command', channel, thread: null, text: '/ao spawn' }),
    );
}

/** In the stream that was looked at; in a dialog where that stream isn't on screen. */
export function showAnswer(
  model: Model,
  answer: Pick<Whisper, 'id' | 'message' | 'from'>,
  seen: Seen = { place: answer.from, under: null },
): void {
  if (!isOnScreen(model, seen.place)) {
    model.dialog.value = { type: 'answer', ...answer };
    return;
  }
  const { place, under } = seen;
  const at = messagesOf(model, place).at(-1)?.at ?? 0;
  // The same button again: the newer answer takes the place of the older one, whose facts may be stale.
  const others = model.whispers.value.filter((one) => under === null || one.under !== under);
  model.whispers.value = [...others, { ...answer, place, under, at }];
}

function isOnScreen(model: Model, { channel, thread }: Place): boolean {
  const { view, session, tab } = model.route.value;
  if (thread !== null) return session === thread && tab === 'thread';
  return view.name === 'channel' && view.channel === channel;
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
  delivery?: string,
): Promise<boolean> =>
  exclusive(model, `${id}/${rest}`, () => model.api.post(sessionPath(id, rest), body, delivery));

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

/** Whether the page may make this the first thing to press: approving isn't while checks are red or running. */
export const invites = (action: SessionAction, { pr }: SessionView): boolean =>
  action !== 'approve' || (pr !== null && ['passing', 'none'].includes(pr.checks.state));

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

/** `checks 2 of 3`. */
export const checksWords = ({
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
  /** `rest` is the path that takes the text; the text waits under it until it is taken. */
  const ask = (
    words: { readonly title: string; readonly label: string; readonly ok: string },
    rest: string,
    bodyOf: (text: string) => object,
  ): void => {
    model.dialog.value = {
      type: 'ask',
      ...words,
      draft: `${view.id}/${rest}`,
      run: (text, delivery) => postSession(model, view.id, rest, bodyOf(text), delivery),
    };
  };
  /** What is approved is what the page shows. */
  const seen = { sha: view.pr?.headSha ?? null, base: view.pr?.base ?? null };
  switch (action) {
    case 'stop':
      return post('stop');
    case 'interrupt':
      return ask(
        { title: `Interrupt ${view.id}`, label: 'Say instead', ok: 'Interrupt' },
        'interrupt',
        (text) => ({ text }),
      );
    case 'request_changes':
      return ask(
        {
          title: `Request changes on ${view.pr ? `PR #${view.pr.number}` : view.id}`,
          label: 'What should change',
          ok: 'Request changes',
        },
        'review',
        (text) => ({ decision: 'request_changes', text, ...seen }),
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
