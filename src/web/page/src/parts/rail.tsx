import { newSession, signOut } from '../live/actions.ts';
import { hasKey } from '../live/page-key.ts';
import { formatRoute, type View } from '../live/route.ts';
import type { ThemeChoice } from '../live/theme.ts';
import { useModel } from './context.ts';
import { Icon, type IconName } from './icon.tsx';

const VIEWS: ReadonlyArray<{
  readonly name: 'board' | 'inbox' | 'issues' | 'cost' | 'bot';
  readonly label: string;
  readonly keys: string;
}> = [
  { name: 'board', label: 'Board', keys: 'g b' },
  { name: 'inbox', label: 'Inbox', keys: 'g i' },
  { name: 'issues', label: 'Issues', keys: 'g s' },
  { name: 'cost', label: 'Cost', keys: 'g c' },
  { name: 'bot', label: 'Bot', keys: 'g o' },
];

/** `full`: the same list as a view of its own, for phones. */
export function Rail({ theme, full = false }: { theme: ThemeChoice; full?: boolean }) {
  const model = useModel();
  return (
    <nav
      class={full ? 'rail rail-full' : 'rail'}
      aria-label={full ? 'Channels' : 'Views and channels'}
    >
      <Brand />
      {!full &&
        VIEWS.map(({ name, label, keys }) => (
          <Link
            key={name}
            view={{ name }}
            icon={name}
            label={label}
            keys={keys}
            count={name === 'inbox' ? model.mine.value.length : 0}
          />
        ))}
      <h2 class="rail-title">Channels</h2>
      {model.channels.value.map((channel, at) => (
        <Link
          key={channel.id}
          view={{ name: 'channel', channel: channel.id }}
          icon="hash"
          label={channel.name}
          keys={`g ${at + 1}`}
          live={liveIn(model, channel.project)}
        />
      ))}
      {/* The bar of a phone has no room for it. */}
      {full && <Link view={{ name: 'bot' }} icon="bot" label="Bot" keys="g o" />}
      <Foot theme={theme} />
    </nav>
  );
}

function Brand() {
  const model = useModel();
  return (
    <div class="brand">
      <span class="brand-mark" aria-hidden="true">
        ao
      </span>
      <span class="brand-name">{model.me.value?.demo ? 'Demo' : 'ao'}</span>
      <button
        type="button"
        class="icon-button"
        aria-label="Find"
        title="Find (Ctrl K)"
        onClick={() => {
          model.dialog.value = { type: 'palette' };
        }}
      >
        <Icon name="find" />
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label="New session"
        title="New session"
        onClick={() => newSession(model)}
      >
        <Icon name="plus" />
      </button>
    </div>
  );
}

function Foot({ theme }: { theme: ThemeChoice }) {
  const model = useModel();
  const me = model.me.value;
  return (
    <div class="rail-foot">
      <span class="who" title={me?.subject}>
        {me?.name}
      </span>
      <span class="faint">{me ? `v${me.version}` : ''}</span>
      {hasKey() && (
        <button
          type="button"
          class="icon-button"
          aria-label="Sign out"
          title="Sign this browser out"
          onClick={() => void signOut(model)}
        >
          <Icon name="sign-out" />
        </button>
      )}
      <button
        type="button"
        class="icon-button"
        aria-label={`Theme: ${theme.theme.value}. Change`}
        title={`Theme: ${theme.theme.value}`}
        onClick={theme.next}
      >
        <Icon
          name={
            theme.theme.value === 'light' ? 'sun' : theme.theme.value === 'dark' ? 'moon' : 'auto'
          }
        />
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label="Keyboard help"
        title="Keyboard (?)"
        onClick={() => {
          model.dialog.value = { type: 'help' };
        }}
      >
        <Icon name="help" />
      </button>
    </div>
  );
}

const liveIn = (model: ReturnType<typeof useModel>, project: string | null): number =>
  project === null
    ? 0
    : [...model.sessions.value.values()].filter(
        (view) => view.project === project && view.stage !== 'ended',
      ).length;

interface LinkProps {
  readonly view: View;
  readonly icon: IconName;
  readonly label: string;
  readonly keys: string;
  readonly count?: number;
  readonly live?: number;
}

function Link({ view, icon, label, keys, count = 0, live = 0 }: LinkProps) {
  const now = useModel().route.value.view;
  const current =
    now.name === view.name &&
    (now.name !== 'channel' || view.name !== 'channel' || now.channel === view.channel);
  return (
    <a
      class="rail-link"
      href={formatRoute({ view, session: null, tab: 'thread' })}
      aria-current={current ? 'page' : undefined}
      title={`${label} (${keys})`}
    >
      <Icon name={icon} />
      <span>{label}</span>
      {count > 0 && (
        <span class="count" title={`${count} wait for you`}>
          {count}
        </span>
      )}
      {live > 0 && (
        <span class="live-count" title={`${live} live sessions`}>
          {live}
        </span>
      )}
    </a>
  );
}
