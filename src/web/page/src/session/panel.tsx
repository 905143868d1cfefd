import { useEffect, useState } from 'preact/hooks';
import type { SessionView } from '../../../../http/contract.ts';
import { go } from '../live/actions.ts';
import { messageOf } from '../live/api.ts';
import { addSessions } from '../live/model.ts';
import { TABS, type Tab } from '../live/route.ts';
import { useModel } from '../parts/context.ts';
import { Icon } from '../parts/icon.tsx';
import { lazy } from '../parts/lazy.tsx';
import { StatusChip } from '../parts/status-chip.tsx';
import { useNarrow } from '../parts/use-narrow.ts';
import { ActionMenu, MainAction } from './action-menu.tsx';
import { ChecksTab } from './checks.tsx';
import { DetailsTab } from './details.tsx';
import { TerminalTab } from './terminal.tsx';
import { ThreadTab } from './thread.tsx';
import { TimelineTab } from './timeline.tsx';

const DiffTab = lazy(() => import('./diff/diff-tab.tsx'));

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
