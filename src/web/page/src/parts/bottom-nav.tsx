import { formatRoute, type View } from '../live/route.ts';
import { useModel } from './context.ts';
import { Icon, type IconName } from './icon.tsx';

const ITEMS: ReadonlyArray<{
  readonly name: Exclude<View['name'], 'channel' | 'bot'>;
  readonly label: string;
  readonly icon: IconName;
}> = [
  { name: 'board', label: 'Board', icon: 'board' },
  { name: 'inbox', label: 'Inbox', icon: 'inbox' },
  { name: 'channels', label: 'Channels', icon: 'hash' },
  { name: 'issues', label: 'Issues', icon: 'issues' },
  { name: 'cost', label: 'Cost', icon: 'cost' },
];

/** Shown on narrow screens, where there is no rail. */
export function BottomNav() {
  const model = useModel();
  const { name } = model.route.value.view;
  const current = name === 'channel' || name === 'bot' ? 'channels' : name;
  return (
    <nav class="bottom-nav" aria-label="Views">
      {ITEMS.map((item) => (
        <a
          key={item.name}
          href={formatRoute({ view: { name: item.name }, session: null, tab: 'thread' })}
          aria-current={item.name === current ? 'page' : undefined}
        >
          <span class="bottom-icon">
            <Icon name={item.icon} size={20} />
            {item.name === 'inbox' && model.mine.value.length > 0 && (
              <span class="count">{model.mine.value.length}</span>
            )}
          </span>
          {item.label}
        </a>
      ))}
    </nav>
  );
}
