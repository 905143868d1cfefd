export const TABS = ['thread', 'terminal', 'diff', 'checks', 'timeline', 'details'] as const;
export type Tab = (typeof TABS)[number];

export type View =
  | { readonly name: 'board' | 'inbox' | 'issues' | 'cost' | 'channels' }
  | { readonly name: 'channel'; readonly channel: string };

export interface Route {
  readonly view: View;
  /** Session shown at the side (on a phone: instead of the view). */
  readonly session: string | null;
  readonly tab: Tab;
}

/** `#/board`, `#/c/app/s/app-7/diff`: the view, then what is open beside it. */
export function parseRoute(hash: string): Route {
  const parts = hash.replace(/^#\/?/, '').split('/').map(decode);
  const at = parts.indexOf('s', 1);
  const session = at > 0 ? (parts[at + 1] ?? null) : null;
  const tab = TABS.find((one) => one === parts[at + 2]) ?? 'thread';
  return { view: viewOf(parts), session, tab };
}

function viewOf([name, channel]: readonly string[]): View {
  if (name === 'c' && channel) return { name: 'channel', channel };
  if (name === 'inbox' || name === 'issues' || name === 'cost' || name === 'channels')
    return { name };
  return { name: 'board' };
}

export function formatRoute({ view, session, tab }: Route): string {
  const base =
    view.name === 'channel' ? `#/c/${encodeURIComponent(view.channel)}` : `#/${view.name}`;
  return session === null
    ? base
    : `${base}/s/${encodeURIComponent(session)}${tab === 'thread' ? '' : `/${tab}`}`;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
