import { type EndedFilter, type EndedPlace, endedIds } from '../db/session-history.ts';
import type { Actor } from '../domain/session/ids.ts';
import { searchWords } from '../domain/session/search-words.ts';
import type { EndCause, Snapshot } from '../domain/session/session.ts';
import { type CommandParts, view, views } from './parts.ts';
import type { SessionView } from './views.ts';

/** Ended sessions of a page where nobody says how many. */
export const ENDED_PAGE = 100;
/** Sessions of a page at most. */
export const LARGEST_PAGE = 500;

const DAY = 86_400_000;

/** Where a page ended: `live` ones come first, the oldest first; then those that ended, the last one first. */
export interface ListPlace {
  readonly live: boolean;
  /** Created or ended at, ms UTC. */
  readonly at: number;
  readonly id: string;
}

/** Which sessions, in words of people; what is left out does not matter. */
export interface SessionFilter {
  readonly project?: string | undefined;
  readonly status?: string | undefined;
  readonly turn?: string | undefined;
  /** All ended ones too; without it those that ended within a day. */
  readonly all?: boolean | undefined;
  /** No ended ones. */
  readonly live?: boolean | undefined;
  /** Subject of the owner. */
  readonly mine?: string | undefined;
  /** This session and its children. */
  readonly family?: string | undefined;
  /** In the id, branch, task, issue or pull request. */
  readonly text?: string | undefined;
  /** Without it every live session and the `ENDED_PAGE` that ended last; with it at most so many in all. */
  readonly limit?: number | undefined;
  readonly after?: ListPlace | null | undefined;
}

export interface SessionPage {
  readonly sessions: readonly SessionView[];
  /** Null: there are no more. */
  readonly next: ListPlace | null;
}

/** One page of sessions. Only what is on the page is read. */
export function sessionPage(parts: CommandParts, filter: SessionFilter): SessionPage {
  const live = livePart(parts, filter);
  const { limit } = filter;
  if (limit !== undefined && live.length > limit) return pageOf(live.slice(0, limit), true);
  const room = limit === undefined ? ENDED_PAGE : limit - live.length;
  const ended = endedPart(parts, filter, room + 1);
  const shown = [...live, ...ended.slice(0, room)];
  return pageOf(shown, ended.length > room);
}

function pageOf(sessions: readonly SessionView[], more: boolean): SessionPage {
  const last = sessions.at(-1);
  return { sessions, next: more && last !== undefined ? placeOf(last) : null };
}

const placeOf = ({ id, endedAt, createdAt }: SessionView): ListPlace =>
  endedAt === null ? { live: true, at: createdAt, id } : { live: false, at: endedAt, id };

function livePart(parts: CommandParts, filter: SessionFilter): readonly SessionView[] {
  const { after } = filter;
  if (after?.live === false) return [];
  return parts.dispatch
    .live()
    .filter((snapshot) => fits(snapshot, filter) && (after == null || isBehind(snapshot, after)))
    .toSorted(byAge)
    .map((snapshot) => view(parts, snapshot))
    .filter(
      ({ status, turn }) =>
        (filter.status === undefined || status === filter.status) &&
        (filter.turn === undefined || turn === filter.turn),
    );
}

const byAge = (a: Snapshot, b: Snapshot): number =>
  a.session.createdAt - b.session.createdAt || (a.session.id < b.session.id ? -1 : 1);
const isBehind = ({ session }: Snapshot, { at, id }: ListPlace): boolean =>
  session.createdAt > at || (session.createdAt === at && session.id > id);

/** What does not need the view of a live session. */
function fits(snapshot: Snapshot, filter: SessionFilter): boolean {
  const { session, prs } = snapshot;
  const { project, mine, family, text } = filter;
  return (
    (project === undefined || session.project === project) &&
    (mine === undefined || session.owner.subject === mine) &&
    (family === undefined || session.id === family || session.parent === family) &&
    (text === undefined ||
      searchWords(snapshot).toLowerCase().includes(text.toLowerCase()) ||
      (session.task.type === 'issue' && session.task.issue === text.replace(/^#/, '')) ||
      prs.some((pr) => String(pr.number) === text.replace(/^#/, '')))
  );
}

function endedPart(
  parts: CommandParts,
  filter: SessionFilter,
  limit: number,
): readonly SessionView[] {
  const ways = endsAs(filter.status);
  if (filter.live === true || ways === null || !['nobody', undefined].includes(filter.turn))
    return [];
  const { project, mine, family, text, after } = filter;
  const wanted: EndedFilter = {
    project,
    family,
    text,
    owner: mine,
    ...ways,
    since: filter.all === true ? undefined : parts.clock.now() - DAY,
  };
  const place: EndedPlace | null = after?.live === false ? after : null;
  return views(parts, endedIds(parts.db, wanted, { after: place, limit }));
}

const CAUSES: ReadonlySet<string> = new Set<EndCause>([
  'merged',
  'killed',
  'done',
  'terminated',
  'errored',
]);

/** Which ended sessions have this status; null: none can. */
function endsAs(status: string | undefined): Pick<EndedFilter, 'cause' | 'removing'> | null {
  if (status === undefined) return {};
  if (status === 'merged') return { cause: 'merged', removing: false };
  if (status === 'cleanup') return { cause: 'merged', removing: true };
  return CAUSES.has(status) ? { cause: status as EndCause } : null;
}

/** In a list an orchestrator sees itself and the sessions it started, whatever it asks for; people see every session. */
export const shownTo = (actor: Actor, filter: SessionFilter): SessionFilter =>
  actor.via === 'agent' ? { ...filter, family: actor.subject.replace(/^agent:/, '') } : filter;
