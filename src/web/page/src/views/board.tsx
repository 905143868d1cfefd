import type { SessionView } from '../../../../http/contract.ts';
import { exclusive, go, openSession } from '../live/actions.ts';
import { plural, tokens, usd } from '../live/format.ts';
import { loadEarlier } from '../live/history.ts';
import { COLUMNS, type ColumnId, columnOf, lookOf, toneOf } from '../live/status.ts';
import { Composer } from '../parts/composer.tsx';
import { useModel } from '../parts/context.ts';
import { Time } from '../parts/time.tsx';
import { ViewHead } from '../parts/view-head.tsx';
import { ActionMenu, MainAction } from '../session/action-menu.tsx';
import { BoardFilters, fits, useBoardFilter } from './board-filter.tsx';

export function BoardView() {
  const model = useModel();
  const now = model.now.value;
  const filter = useBoardFilter();
  const every = [...model.sessions.value.values()];
  const all = every.filter((view) => fits(view, filter));
  const live = all.filter((view) => view.stage !== 'ended');
  const waiting = live.filter((view) => columnOf(view, now) === 'human').length;
  return (
    <>
      <ViewHead
        title="Board"
        note={
          live.length === 0
            ? 'Nothing runs'
            : `${plural(live.length, 'live session')}${waiting > 0 ? ` · ${waiting === 1 ? '1 waits' : `${waiting} wait`} for you` : ''}`
        }
      >
        {every.length > 0 && <BoardFilters filter={filter} />}
      </ViewHead>
      {every.length === 0 ? (
        <EmptyBoard />
      ) : (
        <div class="board">
          {COLUMNS.map((column) => (
            <Column
              key={column.id}
              id={column.id}
              title={column.title}
              empty={column.empty}
              views={all.filter((view) => columnOf(view, now) === column.id).sort(newestFirst)}
              more={column.id === 'ended' && model.earlier.value !== null}
            />
          ))}
        </div>
      )}
    </>
  );
}

const newestFirst = (a: SessionView, b: SessionView): number =>
  (b.endedAt ?? b.createdAt) - (a.endedAt ?? a.createdAt);

function Column({
  id,
  title,
  empty,
  views,
  more,
}: {
  id: ColumnId;
  title: string;
  empty: string;
  views: readonly SessionView[];
  /** There are older ones that are not here. */
  more: boolean;
}) {
  const model = useModel();
  return (
    <section
      class={`column column-${id} ${views.length === 0 ? 'bare' : ''}`}
      aria-label={`${title}, ${views.length}`}
    >
      <h2>
        <span class={`dot tone-${id === 'ended' ? 'quiet' : id}`} />
        {title}
        <span class="faint">{more ? `${views.length}+` : views.length}</span>
      </h2>
      <div class="column-list">
        {views.map((view) => (
          <BoardCard key={view.id} view={view} />
        ))}
        {views.length === 0 && <p class="column-empty">{empty}</p>}
        {more && (
          <button
            type="button"
            class="link"
            disabled={model.pending.value.has('earlier')}
            onClick={() => void exclusive(model, 'earlier', () => loadEarlier(model))}
          >
            Show earlier ones
          </button>
        )}
      </div>
    </section>
  );
}

/** The card opens the session; what a person may do to it is beside it, so that neither is inside the other. */
function BoardCard({ view }: { view: SessionView }) {
  return (
    <div class="board-item">
      <CardButton view={view} />
      <ActionMenu view={view} />
      {view.turn === 'human' && view.stage !== 'ended' && <MainAction view={view} />}
    </div>
  );
}

function CardButton({ view }: { view: SessionView }) {
  const model = useModel();
  const look = lookOf(view.status);
  const chosen = model.route.value.session === view.id;
  return (
    <button
      type="button"
      class={`board-card tone-${toneOf(view)} ${chosen ? 'chosen' : ''}`}
      data-nav
      data-session={view.id}
      aria-current={chosen ? 'true' : undefined}
      onClick={() => openSession(model, view.id)}
    >
      <span class="board-card-top">
        <span class="board-status">
          <span aria-hidden="true">{look.emoji}</span>
          <span class="board-label">{look.label}</span>
        </span>
        <span class="board-figures">
          {view.usd !== null && (
            <span title={`${tokens(view.tokens)} tokens`}>{usd(view.usd)}</span>
          )}
          <Time at={view.endedAt ?? view.createdAt} as="short" />
        </span>
      </span>
      <span class="board-title">
        {view.title}
        {view.issue && <span class="faint"> {view.issue}</span>}
      </span>
      <BoardNote view={view} />
      <span class="board-meta">
        <span class="board-who">
          {view.id} · {view.agent}
        </span>
        {view.pr && (
          <span>
            #{view.pr.number} <span class="add">+{view.pr.additions}</span>{' '}
            <span class="del">−{view.pr.deletions}</span>
          </span>
        )}
        {view.pr && (
          <ChecksBar
            passed={view.pr.checks.passed}
            total={view.pr.checks.total}
            state={view.pr.checks.state}
          />
        )}
      </span>
    </button>
  );
}

/** The one line that tells most: what it asks, why it waits, or its last words. */
function BoardNote({ view }: { view: SessionView }) {
  const asked = view.openRequests.find((request) => request.answer === null);
  const text =
    asked?.title ??
    view.queue?.reason ??
    view.mergeFailure?.reason ??
    (view.stage === 'ended'
      ? (view.outcome?.reason ?? view.turnText)
      : view.turn === 'human' || view.last === null
        ? view.turnText.replace(/^your turn: /, '')
        : view.last);
  return <span class="board-note">{text}</span>;
}

function ChecksBar({ passed, total, state }: { passed: number; total: number; state: string }) {
  if (total === 0) return null;
  return (
    <span class={`checks-count ${state}`} title={`Checks: ${passed} of ${total} passed`}>
      {passed}/{total}
    </span>
  );
}

function EmptyBoard() {
  const model = useModel();
  const channel = model.channels.value.find((one) => one.project !== null);
  return (
    <div class="empty big">
      <h2>Nothing runs yet</h2>
      <p>
        Start a session on an issue: an agent gets its own worktree and branch, and a thread where
        you follow and steer it.
      </p>
      {channel && (
        <div class="first-box">
          <Composer
            place={{ channel: channel.id, thread: null }}
            placeholder="/ao spawn 1, or say what to do"
            wordsAreTask
          />
        </div>
      )}
      <p>
        {channel ? 'or ' : ''}
        <button type="button" class="link" onClick={() => go(model, { view: { name: 'issues' } })}>
          pick an issue
        </button>
        .
      </p>
    </div>
  );
}
