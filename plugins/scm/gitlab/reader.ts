import { notFound, PluginError } from '../../../src/slots/errors.ts';
import type { Purpose } from '../../shared/forge-http/governor.ts';
import type { GitLabClient } from '../../shared/gitlab/client.ts';
import { lookQuery, OPTIONAL, type Part } from './queries.ts';
import { type Core, type JobsOf, type Look, lookSchema, type Note, type TalkOf } from './schema.ts';

export interface Wanted {
  readonly branches?: readonly string[];
  readonly numbers?: readonly number[];
  readonly jobs?: readonly number[];
  readonly talk?: readonly number[];
}

export interface Found {
  readonly cores: readonly Core[];
  readonly jobs: readonly JobsOf[];
  /** With all their notes. */
  readonly talk: readonly TalkOf[];
}

export interface Reader {
  /** As few questions as the limits of one allow. Throws where a part of the answer failed. */
  read(wanted: Wanted, purpose: Purpose): Promise<Found>;
}

/** So many in one question: far below GitLab's limits of complexity and of time. */
const AT_ONCE: Readonly<Record<Part, number>> = { branches: 25, numbers: 50, jobs: 50, talk: 10 };
/** Below this a question can't be made smaller. */
const SMALLEST = 1 / 50;
/** Notes of one merge request are read up to this many pages of a hundred. */
const MOST_PAGES = 50;
const UNKNOWN_FIELD = /Field '(\w+)' doesn't exist on type/g;

type Ask = (
  lists: Readonly<Partial<Record<Part, readonly string[]>>>,
  purpose: Purpose,
  after: string | null,
) => Promise<NonNullable<Look['project']>>;

export function createReader(client: GitLabClient): Reader {
  const ask = asking(client);
  /** Part of `AT_ONCE` that this server takes: how it counts lists differs by version. */
  let share = 1;
  return {
    async read(wanted, purpose) {
      for (;;) {
        try {
          return await readAll(ask, chunks(wanted, share), purpose);
        } catch (error) {
          if (!isTooComplex(error) || share < SMALLEST) throw error;
          share /= 2;
        }
      }
    },
  };
}

async function readAll(
  ask: Ask,
  asked: ReturnType<typeof chunks>,
  purpose: Purpose,
): Promise<Found> {
  const found = { cores: new Map<number, Core>(), jobs: [] as JobsOf[], talk: [] as TalkOf[] };
  for (const lists of asked) {
    const { branches, numbers, jobs, talk } = await ask(lists, purpose, null);
    for (const core of [...(branches?.nodes ?? []), ...(numbers?.nodes ?? [])])
      found.cores.set(core.iid, core);
    found.jobs.push(...(jobs?.nodes ?? []));
    for (const one of talk?.nodes ?? []) found.talk.push(await whole(ask, one, purpose));
  }
  return { ...found, cores: [...found.cores.values()] };
}

const isTooComplex = (error: unknown): boolean =>
  error instanceof PluginError &&
  error.code === 'AO_GITLAB_REFUSED' &&
  /complexity|too large/i.test(error.message);

function asking(client: GitLabClient): Ask {
  /** Fields that this server was found not to know. */
  const without = new Set<string>();
  return async (lists, purpose, after) => {
    const parts = (Object.keys(lists) as Part[]).filter((part) => (lists[part]?.length ?? 0) > 0);
    const { path } = await client.project();
    const variables = { ...lists, project: path, after };
    const what = `merge requests of ${path}`;
    for (;;) {
      const query = lookQuery(parts, without);
      try {
        const { project } = await client.graphql({ purpose, what, query }, variables, lookSchema);
        if (project !== null) return project;
        throw notFound(
          'AO_GITLAB_NOT_FOUND',
          `GitLab knows no project ${path}, or ao's token may not see it. Check the name and the token's permissions.`,
        );
      } catch (error) {
        if (!learned(error, without)) throw error;
      }
    }
  };
}

/** With the rest of a long talk. */
async function whole(ask: Ask, talk: TalkOf, purpose: Purpose): Promise<TalkOf> {
  const notes: Note[] = [...talk.notes.nodes];
  let { pageInfo } = talk.notes;
  for (let page = 1; pageInfo.hasNextPage && page < MOST_PAGES; page += 1) {
    const after = pageInfo.endCursor ?? null;
    const { talk: more } = await ask({ talk: [String(talk.iid)] }, purpose, after);
    const [next] = more?.nodes ?? [];
    if (next === undefined) break;
    notes.push(...next.notes.nodes);
    pageInfo = next.notes.pageInfo;
  }
  return { ...talk, notes: { nodes: notes, pageInfo } };
}

/** Whether the error says that the server doesn't know fields that can be done without. */
function learned(error: unknown, without: Set<string>): boolean {
  if (!(error instanceof PluginError) || error.code !== 'AO_GITLAB_REFUSED') return false;
  const fields = [...error.message.matchAll(UNKNOWN_FIELD)].map((match) => match[1] ?? '');
  const fresh = fields.filter((field) => OPTIONAL.has(field) && !without.has(field));
  if (fresh.length === 0 || fields.some((field) => !OPTIONAL.has(field))) return false;
  for (const field of fresh) without.add(field);
  return true;
}

function chunks(
  wanted: Wanted,
  share: number,
): ReadonlyArray<Partial<Record<Part, readonly string[]>>> {
  const asked: Partial<Record<Part, readonly string[]>>[] = [];
  for (const part of Object.keys(AT_ONCE) as Part[]) {
    const all = (wanted[part] ?? []).map(String);
    const size = Math.max(1, Math.floor(AT_ONCE[part] * share));
    for (let from = 0, place = 0; from < all.length; from += size, place += 1)
      asked[place] = { ...asked[place], [part]: all.slice(from, from + size) };
  }
  return asked;
}
