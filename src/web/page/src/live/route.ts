export const TABS = ['thread', 'terminal', 'diff', 'checks', 'timeline', 'details'] as const;
export type Tab = (typeof TABS)[number];

/** Which sessions the board shows; empty: all. */
export interface BoardFilter {
  readonly project?: string;
  /** Subject of the owner. */
  readonly who?: string;
  /** Words in title, id, issue or branch. */
  readonly q?: string;
}
const FILTERS = ['project', 'who', 'q'] as const;

export type View =
  | { readonly name: 'board'; readonly filter?: BoardFilter }
  | { readonly name: 'inbox' | 'issues' | 'cost' | 'channels' | 'bot' }
  | { readonly name: 'channel'; readonly channel: string };

export interface Route {
  readonly view: View;
  /** Session shown at the side (on a phone: instead of the view). */
  readonly session: string | null;
  readonly tab: Tab;
}

/** `#/board?project=app`, `#/c/app/s/app-7/diff`: the view, what is open beside it, and which sessions the board shows. */
export function parseRoute(hash: string): Route {
  const [path = '', query] = hash.split('?', 2);
  const parts = path.replace(/^#\/?/, '').split('/').map(decode);
  const at = parts.indexOf('s', 1);
  const session = at > 0 ? (parts[at + 1] ?? null) : null;
  const tab = TABS.find((one) => one === parts[at + 2]) ?? 'thread';
  return { view: viewOf(parts, filterOf(query)), session, tab };
}

function viewOf([name, channel]: readonly string[], filter: BoardFilter | null): View {
  if (name === 'c' && channel) return { name: 'channel', channel };
  if (
    name === 'inbox' ||
    name === 'issues' ||
    name === 'cost' ||
    name === 'channels' ||
    name === 'bot'
  )
    return { name };
  return filter === null ? { name: 'board' } : { name: 'board', filter };
}

function filterOf(query: string | undefined): BoardFilter | null {
  const given = new URLSearchParams(query ?? '');
  const filter = Object.fromEntries(
    FILTERS.map((name) => [name, given.get(name) ?? '']).filter(([, value]) => value !== ''),
  ) as BoardFilter;
  return Object.keys(filter).length === 0 ? null : filter;
}

function queryOf(view: View): string {
  const filter = view.name === 'board' ? view.filter : undefined;
  const words = new URLSearchParams();
  for (const name of FILTERS) if (filter?.[name]) words.set(name, filter[name]);
  return words.size === 0 ? '' : `?${words}`;
}

export function formatRoute({ view, session, tab }: Route): string {
  const base =
    view.name === 'channel' ? `#/c/${encodeURIComponent(view.channel)}` : `#/${view.name}`;
  const beside =
    session === null ? '' : `/s/${encodeURIComponent(session)}${tab === 'thread' ? '' : `/${tab}`}`;
  return `${base}${beside}${queryOf(view)}`;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
