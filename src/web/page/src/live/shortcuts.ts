import { go } from './actions.ts';
import type { Model } from './model.ts';
import { TABS, type View } from './route.ts';

export const SHORTCUTS: ReadonlyArray<{ readonly keys: readonly string[]; readonly does: string }> =
  [
    { keys: ['Ctrl', 'k'], does: 'Find and do: sessions, issues, channels, commands' },
    { keys: ['j', 'k'], does: 'Next, previous item' },
    { keys: ['Enter'], does: 'Open it' },
    { keys: ['Esc'], does: 'Close' },
    { keys: ['/'], does: 'Write' },
    { keys: ['[', ']'], does: 'Previous, next tab of a session' },
    { keys: ['f'], does: 'Session wide or beside the list' },
    { keys: ['g', 'b'], does: 'Board' },
    { keys: ['g', 'i'], does: 'Inbox' },
    { keys: ['g', 's'], does: 'Issues' },
    { keys: ['g', 'c'], does: 'Cost' },
    { keys: ['g', 'o'], does: 'Bot: health, projects, people, audit' },
    { keys: ['g', '1…9'], does: 'Channel by its place' },
    { keys: ['?'], does: 'This list' },
  ];

const VIEWS: Readonly<Record<string, View>> = {
  b: { name: 'board' },
  i: { name: 'inbox' },
  s: { name: 'issues' },
  c: { name: 'cost' },
  o: { name: 'bot' },
};

const SECOND_KEY = 1_200;

/** Listens on the window. Keys typed into fields and the terminal are theirs. */
export function startShortcuts(model: Model): void {
  let g = 0;
  addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === 'k' && !event.altKey) {
      // Typed into the terminal it is the agent's key.
      if (model.locked.value || inTerminal(event.target)) return;
      if (model.dialog.value === null) model.dialog.value = { type: 'palette' };
      return event.preventDefault();
    }
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (model.dialog.value || isTyping(event.target)) return;
    const second = event.timeStamp - g < SECOND_KEY;
    g = 0;
    if (second && goto(model, event.key)) return event.preventDefault();
    if (event.key === 'g') g = event.timeStamp;
    else if (press(model, event.key)) event.preventDefault();
  });
}

const inTerminal = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('.terminal.writing') !== null;

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest('input, textarea, select, [contenteditable], .xterm') !== null
  );
}

function goto(model: Model, key: string): boolean {
  const channel = model.channels.value[Number(key) - 1];
  const view = VIEWS[key] ?? (channel && ({ name: 'channel', channel: channel.id } as const));
  if (view) go(model, { view, session: null });
  return view !== undefined;
}

function press(model: Model, key: string): boolean {
  const { session, tab } = model.route.value;
  switch (key) {
    case 'j':
    case 'k':
      return moveFocus(key === 'j' ? 1 : -1);
    case 'Enter':
      return openFocused();
    case '/':
      return focusComposer();
    case '?':
      model.dialog.value = { type: 'help' };
      return true;
    case '[':
    case ']':
      if (session !== null)
        go(model, {
          tab:
            TABS[(TABS.indexOf(tab) + (key === ']' ? 1 : TABS.length - 1)) % TABS.length] ??
            'thread',
        });
      return session !== null;
    case 'f':
      if (session !== null) model.wide.value = !model.wide.value;
      return session !== null;
    case 'Escape':
      if (session !== null) go(model, { session: null });
      return session !== null;
    default:
      return false;
  }
}

/** Moves within the list that has the focus, else the main one. */
function moveFocus(step: 1 | -1): boolean {
  const focused = document.activeElement?.closest('[data-nav]') ?? null;
  const area = focused?.closest('main, aside') ?? document.querySelector('main');
  const items = [...(area?.querySelectorAll<HTMLElement>('[data-nav]') ?? [])].filter(
    (item) => item.offsetParent !== null,
  );
  const at = focused ? items.indexOf(focused as HTMLElement) : step === 1 ? -1 : items.length;
  const next = items[Math.min(Math.max(at + step, 0), items.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
  return next !== undefined;
}

/** Items that are buttons themselves need no help. */
function openFocused(): boolean {
  const item = document.activeElement;
  const opener = item?.matches('[data-nav]:not(button)')
    ? item.querySelector<HTMLElement>('[data-open]')
    : null;
  opener?.click();
  return opener !== null;
}

/**
 * The thread's composer comes after the channel's, and is the nearer one. An empty one of a channel takes the slash as well:
 * who types `/ao spawn 1` without having clicked anywhere means the whole of it. Answers whether the key has done its work.
 */
function focusComposer(): boolean {
  const found = [...document.querySelectorAll<HTMLTextAreaElement>('[data-composer]')]
    .filter((item) => item.offsetParent !== null)
    .at(-1);
  found?.focus();
  return found !== undefined && (found.dataset.composer === 'thread' || found.value !== '');
}
