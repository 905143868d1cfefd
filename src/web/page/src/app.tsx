import { useEffect, useRef } from 'preact/hooks';
import { dismissToast } from './live/actions.ts';
import type { Model } from './live/model.ts';
import type { View } from './live/route.ts';
import type { ThemeChoice } from './live/theme.ts';
import { BottomNav } from './parts/bottom-nav.tsx';
import { ModelContext, useModel } from './parts/context.ts';
import { Dialogs } from './parts/dialogs.tsx';
import { Icon } from './parts/icon.tsx';
import { lazy } from './parts/lazy.tsx';
import { Rail } from './parts/rail.tsx';
import { SessionPanel } from './session/panel.tsx';
import { BoardView } from './views/board.tsx';
import { ChannelView } from './views/channel.tsx';
import { CostView } from './views/cost.tsx';
import { InboxView } from './views/inbox.tsx';
import { IssuesView } from './views/issues.tsx';
import { LockedView } from './views/locked.tsx';

const BotView = lazy(() => import('./views/bot/bot.tsx'));

export function App({ model, theme }: { model: Model; theme: ThemeChoice }) {
  return (
    <ModelContext.Provider value={model}>
      {model.locked.value ? <LockedView /> : <Frame theme={theme} />}
    </ModelContext.Provider>
  );
}

function Frame({ theme }: { theme: ThemeChoice }) {
  const model = useModel();
  const { view, session } = model.route.value;
  const waiting = model.mine.value.length;
  useEffect(() => {
    document.title = waiting > 0 ? `(${waiting}) ao` : 'ao';
  }, [waiting]);
  useFocusBack(session);
  const shape = session === null ? '' : model.wide.value ? 'with-panel wide' : 'with-panel';
  return (
    <div class={`frame ${shape}`}>
      <button
        type="button"
        class="skip-link"
        onClick={() => document.getElementById('main')?.focus()}
      >
        Skip to the content
      </button>
      <Rail theme={theme} />
      <main class="main" id="main" tabIndex={-1}>
        {model.ready.value ? (
          <CurrentView view={view} theme={theme} />
        ) : (
          <div class="booting" role="status">
            Loading…
          </div>
        )}
      </main>
      {session !== null && <SessionPanel key={session} id={session} />}
      <BottomNav />
      <ConnectionNote />
      <Toasts />
      <Dialogs />
    </div>
  );
}

/** When a session is closed the focus returns to where it was opened. */
function useFocusBack(session: string | null): void {
  const before = useRef<string | null>(session);
  useEffect(() => {
    const closed = before.current;
    before.current = session;
    if (session !== null || closed === null || document.activeElement !== document.body) return;
    const id = CSS.escape(closed);
    document
      .querySelector<HTMLElement>(
        `main :is([data-session="${id}"], [data-message="${id}"], [data-inbox*=":${id}"])`,
      )
      ?.focus();
  }, [session]);
}

function CurrentView({ view, theme }: { view: View; theme: ThemeChoice }) {
  switch (view.name) {
    case 'board':
      return <BoardView />;
    case 'inbox':
      return <InboxView />;
    case 'issues':
      return <IssuesView />;
    case 'cost':
      return <CostView />;
    case 'bot':
      return <BotView />;
    case 'channels':
      return <Rail theme={theme} full />;
    case 'channel':
      return <ChannelView key={view.channel} channel={view.channel} />;
  }
}

function ConnectionNote() {
  const { connection, ready } = useModel();
  if (connection.value === 'live' || (connection.value === 'connecting' && !ready.value))
    return null;
  return (
    <div class="connection" role="status">
      <span class="spinner" />
      Reconnecting…
    </div>
  );
}

function Toasts() {
  const model = useModel();
  return (
    <div class="toasts" role="alert">
      {model.toasts.value.map((toast) => (
        <div key={toast.id} class="toast">
          {toast.text}
          <button
            type="button"
            class="icon-button"
            aria-label="Dismiss"
            onClick={() => dismissToast(model, toast.id)}
          >
            <Icon name="close" size={14} />
          </button>
        </div>
      ))}
    </div>
  );
}
