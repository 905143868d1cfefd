import type { CommonOptions } from './common-options.ts';

/** Options of `ao status`. */
export interface StatusOptions extends CommonOptions {
  readonly all?: boolean;
  readonly status?: string;
  readonly turn?: string;
  readonly cost?: boolean;
  readonly pr?: boolean;
  /** Sessions at most, as it was typed. */
  readonly limit?: string;
}

type Filter = Pick<StatusOptions, 'status' | 'turn' | 'all' | 'limit'> & {
  /** No ended ones. */
  readonly live?: boolean;
};

const flag = (set: boolean | undefined): '1' | undefined => (set ? '1' : undefined);
const filterOf = (project: string | undefined, options: Filter) => ({
  project,
  status: options.status,
  turn: options.turn,
  all: flag(options.all),
  live: flag(options.live),
  limit: options.limit,
});

/** Path and query of the sessions that these options mean. */
export const statusPath = (project: string | undefined, options: Filter): string =>
  withQuery('/api/sessions', filterOf(project, options));

/** Path and query of the table of them, made by the bot: it has the code warm, a new process hasn't. */
export const statusTablePath = (
  project: string | undefined,
  options: Filter & StatusOptions,
  shape: { columns: number | null; color: boolean },
): string =>
  withQuery('/api/status', {
    ...filterOf(project, options),
    cost: flag(options.cost),
    pr: flag(options.pr),
    color: flag(shape.color),
    columns: shape.columns === null ? undefined : String(shape.columns),
  });

function withQuery(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${encodeURIComponent(value ?? '')}`);
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}
