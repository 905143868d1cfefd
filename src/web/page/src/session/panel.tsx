import { useEffect, useRef, useState } from 'preact/hooks';
import type { SessionAction, SessionView } from '../../../../http/contract.ts';
import { ACTION_LABELS, act, go, invites } from '../live/actions.ts';
import { messageOf } from '../live/api.ts';
import { addSessions } from '../live/model.ts';
import { TABS, type Tab } from '../live/route.ts';
import { useModel } from '../parts/context.ts';
import { Icon } from '../parts/icon.tsx';
import { StatusChip } from '../parts/status-chip.tsx';
import { useNarrow } from '../parts/use-narrow.ts';
import { ChecksTab } from './checks.tsx';
import { DetailsTab } from './details.tsx';
import { DiffTab } from './diff.tsx';
import { TerminalTab } from './terminal.tsx';
import { ThreadTab } from './thread.tsx';
import { TimelineTab } from './timeline.tsx';

const LABELS: Readonly<Record<Tab, string>> = {
  thread: 'Thread',
  terminal: 'Terminal',
  diff: 'Diff',
  checks: 'Checks',
  timeline: 'Timeline',
  details: 'Details',
};

/** One session beside the view: header, tabs, the chosen tab. */
export function SessionPanel({ id }: { id: string }) {
  const model = useModel();
  const view = model.sessions.value.get(id);
  const { tab } = model.route.value;
  // What covers the list is what the page is about then.
  const Panel = useNarrow() ? 'main' : 'aside';
  const [missing, setMissing] = useState<string | null>(null);
  useEffect(() => {
    if (view || !model.ready.value) return;
    void model.api.get<SessionView>(`sessions/${encodeURIComponent(id)}`).then(
      (found) => addSessions(model, [found]),
      (error: unknown) => setMissing(messageOf(error)),
    );
  }, [id, model.ready.value]);

  if (!view)
    return (
      <Panel class="panel" aria-label={id}>
        <div class="panel-head">
          <div class="panel-title">
            <h2>{id}</h2>
            <PanelTools />
          </div>
        </div>
        <div class="empty">{missing ?? 'Loading…'}</div>
      </Panel>
    );
  return (
    <Panel class="panel" aria-label={`Session ${id}`}>
      <PanelHead view={view} tab={tab} />
      <div
        class={`panel-body tab-${tab}`}
        role="tabpanel"
        id="session-tab"
        aria-label={LABELS[tab]}
      >
        {/* Between the page's heading and those of the tab. */}
        {Panel === 'main' && <h2 class="sr-only">{LABELS[tab]}</h2>}
        <TabBody view={view} tab={tab} />
      </div>
    </Panel>
  );
}

function TabBody({ view, tab }: { view: SessionView; tab: Tab }) {
  switch (tab) {
    case 'thread':
      return <ThreadTab view={view} />;
    case 'terminal':
      return <TerminalTab view={view} />;
    case 'diff':
      return <DiffTab view={view} />;
    case 'checks':
      return <ChecksTab view={view} />;
    case 'timeline':
      return <TimelineTab view={view} />;
    case 'details':
      return <DetailsTab view={view} />;
  }
}

function PanelHead({ view, tab }: { view: SessionView; tab: Tab }) {
  const model = useModel();
  const Heading = useNarrow() ? 'h1' : 'h2';
  const checks = view.pr?.checks;
  return (
    <div class="panel-head">
      <div class="panel-title">
        <button
          type="button"
          class="icon-button phone-only"
          aria-label="Back"
          onClick={() => go(model, { session: null })}
        >
          <Icon name="back" size={20} />
        </button>
        <Heading title={view.title}>
          <span class="faint">{view.id}</span> {view.title}
        </Heading>
        <PanelTools />
      </div>
      <div class="panel-state">
        <StatusChip view={view} />
        <span class="turn-text">{view.turnText}</span>
        <MainAction view={view} />
        <ActionMenu view={view} />
      </div>
      <div
        class="tabs"
        role="tablist"
        aria-label="Session"
        onKeyDown={(event) => {
          const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
          // From the one that has the focus: keys come faster than the view changes.
          const at = TABS.findIndex((one) => document.activeElement?.id === `tab-${one}`);
          const next = TABS[(at + step + TABS.length) % TABS.length];
          if (step === 0 || next === undefined) return;
          event.preventDefault();
          go(model, { tab: next });
          document.getElementById(`tab-${next}`)?.focus();
        }}
      >
        {TABS.map((one) => (
          <button
            key={one}
            type="button"
            role="tab"
            id={`tab-${one}`}
            // One stop for the Tab key; the arrow keys go from tab to tab.
            tabIndex={one === tab ? 0 : -1}
            aria-selected={one === tab}
            aria-controls={one === tab ? 'session-tab' : undefined}
            ref={one === tab ? intoView : null}
            onClick={() => go(model, { tab: one })}
          >
            {LABELS[one]}
            {one === 'diff' && view.pr && <span class="faint">{view.pr.changedFiles}</span>}
            {one === 'checks' && checks && checks.total > 0 && (
              <span class={`checks-count ${checks.state}`}>
                {checks.passed}/{checks.total}
              </span>
            )}
          </button>
        ))}
      </div>
    </div>
  );
}

const intoView = (tab: HTMLElement | null): void =>
  tab?.scrollIntoView({ inline: 'nearest', block: 'nearest' });

function PanelTools() {
  const model = useModel();
  return (
    <span class="panel-tools">
      <button
        type="button"
        class="icon-button desk-only"
        aria-label={model.wide.value ? 'Beside the list' : 'Wide'}
        title={model.wide.value ? 'Beside the list (f)' : 'Wide (f)'}
        onClick={() => {
          model.wide.value = !model.wide.value;
        }}
      >
        <Icon name={model.wide.value ? 'shrink' : 'expand'} />
      </button>
      <button
        type="button"
        class="icon-button desk-only"
        aria-label="Close session"
        title="Close (Esc)"
        onClick={() => go(model, { session: null })}
      >
        <Icon name="close" />
      </button>
    </span>
  );
}

/** The one thing a person most likely wants in this state. */
const MAIN: readonly SessionAction[] = ['merge', 'approve', 'resume', 'undo', 'restore', 'start'];

function mainOf(view: SessionView): SessionAction | undefined {
  return MAIN.find((action) => view.actions.includes(action));
}

function MainAction({ view }: { view: SessionView }) {
  const model = useModel();
  const action = mainOf(view);
  if (!action) return null;
  return (
    <button
      type="button"
      class={`button ${(action === 'merge' || action === 'approve') && invites(action, view) ? 'primary' : ''}`}
      onClick={() => act(model, view, action)}
    >
      {ACTION_LABELS[action]}
    </button>
  );
}

/** Tabs and links have their own places. */
const NOT_IN_MENU: readonly SessionAction[] = ['diff', 'terminal', 'logs'];
const DANGEROUS: readonly SessionAction[] = ['kill'];

function ActionMenu({ view }: { view: SessionView }) {
  const model = useModel();
  const [open, setOpen] = useState(false);
  const menu = useRef<HTMLDivElement>(null);
  const main = mainOf(view);
  const actions = view.actions.filter((action) => action !== main && !NOT_IN_MENU.includes(action));
  useEffect(() => {
    if (!open) return;
    menu.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus();
    const close = (event: Event): void => {
      if (!menu.current?.contains(event.target as Node)) setOpen(false);
    };
    addEventListener('pointerdown', close);
    return () => removeEventListener('pointerdown', close);
  }, [open]);
  if (actions.length === 0) return null;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') setOpen(false);
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const items = [...(menu.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
    if (step !== 0)
      items[
        (items.indexOf(document.activeElement as HTMLElement) + step + items.length) % items.length
      ]?.focus();
    if (event.key === 'Escape' || step !== 0) {
      event.preventDefault();
      event.stopPropagation();
    }
  };
  return (
    <div class="menu" ref={menu}>
      <button
        type="button"
        class="icon-button"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label="More actions"
        onClick={() => setOpen(!open)}
      >
        <Icon name="more" />
      </button>
      {open && (
        <div class="menu-list" role="menu" tabIndex={-1} onKeyDown={onKeyDown}>
          {actions.map((action) => (
            <button
              key={action}
              type="button"
              role="menuitem"
              class={DANGEROUS.includes(action) ? 'danger' : ''}
              onClick={() => {
                setOpen(false);
                act(model, view, action);
              }}
            >
              {ACTION_LABELS[action]}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
