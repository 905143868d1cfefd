import { useEffect, useRef, useState } from 'preact/hooks';
import type { SessionAction, SessionView } from '../../../../http/contract.ts';
import { ACTION_LABELS, act, invites } from '../live/actions.ts';
import { useModel } from '../parts/context.ts';
import { Icon } from '../parts/icon.tsx';

/** The one thing a person most likely wants in this state. */
const MAIN: readonly SessionAction[] = ['merge', 'approve', 'resume', 'undo', 'restore', 'start'];

function mainOf(view: SessionView): SessionAction | undefined {
  return MAIN.find((action) => view.actions.includes(action));
}

export function MainAction({ view }: { view: SessionView }) {
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

export function ActionMenu({ view }: { view: SessionView }) {
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
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (event.key === 'Escape') {
      setOpen(false);
      menu.current?.querySelector('button')?.focus();
    } else if (step !== 0) moveIn(menu.current, step);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="menu" ref={menu}>
      <button
        type="button"
        class="icon-button"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={`More actions of ${view.id}`}
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

function moveIn(menu: HTMLElement | null, step: number): void {
  const items = [...(menu?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
  const at = items.indexOf(document.activeElement as HTMLElement);
  items[(at + step + items.length) % items.length]?.focus();
}
