import { useState } from 'preact/hooks';
import type {
  InboxItem,
  RequestView,
  SessionAction,
  SessionView,
} from '../../../../http/contract.ts';
import {
  ACTION_LABELS,
  act,
  checksWords,
  invites,
  openSession,
  postSession,
} from '../live/actions.ts';
import { plural } from '../live/format.ts';
import { isMine } from '../live/model.ts';
import { useModel } from '../parts/context.ts';
import { Markdown } from '../parts/markdown.tsx';
import { Time } from '../parts/time.tsx';
import { useDraft } from '../parts/use-draft.ts';
import { ViewHead } from '../parts/view-head.tsx';

const KINDS: Readonly<
  Record<InboxItem['kind'], { readonly emoji: string; readonly label: string }>
> = {
  question: { emoji: '✋', label: 'Question' },
  permission: { emoji: '✋', label: 'Permission' },
  escalation: { emoji: '🧊', label: 'Escalation' },
  merge: { emoji: '🟢', label: 'Ready to merge' },
  review: { emoji: '👀', label: 'Review' },
  waits: { emoji: '⏳', label: 'Waits' },
  failed_message: { emoji: '⚠️', label: 'Not delivered' },
  start: { emoji: '⏳', label: 'Start' },
};

export function InboxView() {
  const model = useModel();
  const [everybody, setEverybody] = useState(false);
  const items = [...(everybody ? model.inbox : model.mine).value].sort((a, b) => a.since - b.since);
  const others = model.inbox.value.length - model.mine.value.length;
  return (
    <>
      <ViewHead
        title="Inbox"
        note={
          items.length === 0
            ? `Nothing needs ${everybody ? 'anybody' : 'you'}`
            : `${plural(items.length, 'thing')} ${items.length === 1 ? 'needs' : 'need'} ${everybody ? 'somebody' : 'you'}, longest wait first`
        }
      >
        {(others > 0 || everybody) && (
          <button
            type="button"
            class="button"
            aria-pressed={everybody}
            onClick={() => setEverybody(!everybody)}
          >
            {everybody ? 'Only mine' : `Others' too (${others})`}
          </button>
        )}
      </ViewHead>
      <div class="inbox">
        {items.map((item) => (
          <Item key={item.id} item={item} />
        ))}
        {items.length === 0 && (
          <div class="empty big">
            <h2>Nothing needs you now</h2>
            <p>
              Questions, permissions, escalations and merges that wait for a person appear here.
            </p>
          </div>
        )}
      </div>
    </>
  );
}

function Item({ item }: { item: InboxItem }) {
  const model = useModel();
  const view = model.sessions.value.get(item.session);
  const kind = KINDS[item.kind];
  const open = (): void => openSession(model, item.session);
  return (
    <article
      class={`inbox-item ${model.route.value.session === item.session ? 'chosen' : ''}`}
      data-nav
      tabIndex={-1}
      data-inbox={item.id}
    >
      <header>
        <span class="inbox-kind">
          <span aria-hidden="true">{kind.emoji}</span>
          {kind.label}
        </span>
        <button type="button" class="link quiet" data-open onClick={open}>
          {item.session} · {item.title}
        </button>
        {!isMine(item, model.me.value) && <span class="view-note">for @{item.owner.name}</span>}
        <Time at={item.since} />
      </header>
      <div class="inbox-text">
        <Markdown text={item.text} />
      </div>
      {view && <Facts item={item} view={view} />}
      {item.request && <Answer request={item.request} />}
      {view && !item.request && <Buttons item={item} view={view} />}
    </article>
  );
}

/** Size and checks, where a person decides about a pull request. */
function Facts({ item, view }: { item: InboxItem; view: SessionView }) {
  const { pr } = view;
  if (!pr || (item.kind !== 'merge' && item.kind !== 'review' && item.kind !== 'waits'))
    return null;
  return (
    <p class="inbox-facts">
      <span class="add">+{pr.additions}</span> <span class="del">−{pr.deletions}</span> in{' '}
      {plural(pr.changedFiles, 'file')} ·{' '}
      <span class={`checks-count ${pr.checks.state}`}>{checksWords(pr.checks)}</span>
    </p>
  );
}

/** What fits each kind; the session's own list says what is possible now. */
const FITTING: Readonly<Record<InboxItem['kind'], readonly SessionAction[]>> = {
  question: [],
  permission: [],
  escalation: ['interrupt', 'stop', 'rerun', 'terminal', 'resume', 'handoff'],
  merge: ['merge', 'request_changes', 'diff'],
  review: ['approve', 'request_changes', 'diff'],
  waits: ['ready', 'rerun', 'open_pr', 'diff'],
  failed_message: ['terminal'],
  start: ['start', 'resume', 'kill'],
};

function Buttons({ item, view }: { item: InboxItem; view: SessionView }) {
  const model = useModel();
  const possible = FITTING[item.kind].filter((action) => item.actions.includes(action));
  const key = item.key;
  return (
    <div class="block-buttons">
      {possible.map((action, at) => (
        <button
          key={action}
          type="button"
          class={`button ${at === 0 && item.kind !== 'escalation' && invites(action, view) ? 'primary' : ''}`}
          onClick={() => act(model, view, action)}
        >
          {ACTION_LABELS[action]}
        </button>
      ))}
      {key !== null && (
        <button
          type="button"
          class="button"
          onClick={() => void postSession(model, view.id, 'ack', { key })}
        >
          Acknowledge
        </button>
      )}
      {key !== null && (
        <button
          type="button"
          class="button"
          onClick={() => void postSession(model, view.id, 'snooze', { key, minutes: 30 })}
        >
          Snooze 30 min
        </button>
      )}
      <button type="button" class="button" onClick={() => openSession(model, view.id)}>
        Open thread
      </button>
    </div>
  );
}

/** Answers a question or a permission request in place. */
function Answer({ request }: { request: RequestView }) {
  const model = useModel();
  const typed = useDraft(`answer/${request.session}/${request.id}`);
  const key = `${request.session}/answer`;
  const busy = model.pending.value.has(key);
  const answer = (
    body: { option: string } | { text: string },
    delivery?: string,
  ): Promise<boolean> =>
    postSession(model, request.session, 'answer', { request: request.id, ...body }, delivery);
  return (
    <div class="answer">
      {request.text !== '' &&
        (request.kind === 'permission' ? (
          <pre class="command-line">{request.text}</pre>
        ) : (
          <div class="answer-text">
            <Markdown text={request.text} />
          </div>
        ))}
      <div class="block-buttons">
        {request.options.map((option) => (
          <button
            key={option.id}
            type="button"
            class={`button ${option.style}`}
            disabled={busy}
            onClick={() => void answer({ option: option.id })}
          >
            {option.label}
          </button>
        ))}
      </div>
      {request.freeText && (
        <form
          class="answer-free"
          onSubmit={(event) => {
            event.preventDefault();
            void answer({ text: typed.text }, typed.delivery()).then((sent) => {
              if (sent) typed.clear();
            });
          }}
        >
          <input
            value={typed.text}
            placeholder="Answer in your own words"
            aria-label="Answer in your own words"
            onInput={(event) => typed.set(event.currentTarget.value)}
          />
          <button type="submit" class="button" disabled={busy || typed.text.trim() === ''}>
            Answer
          </button>
        </form>
      )}
    </div>
  );
}
