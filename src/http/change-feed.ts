import type { Change, ChangeSource } from './deps.ts';

/**
 * The next changes of all sources in the order of `seq`. A source that filled its page may hold more between its last
 * one and what the others gave, so nothing after that point is handed out yet.
 */
export function nextChanges(
  sources: readonly ChangeSource[],
  after: number,
  limit: number,
): readonly Change[] {
  const pages = sources.map((source) => source.after(after, limit));
  const complete = Math.min(
    ...pages.map((page) =>
      page.length < limit
        ? Number.POSITIVE_INFINITY
        : (page.at(-1)?.seq ?? Number.POSITIVE_INFINITY),
    ),
  );
  return pages
    .flat()
    .filter((change) => change.seq <= complete)
    .sort((a, b) => a.seq - b.seq);
}
