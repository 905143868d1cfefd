import type { kvStore } from '../db/kv-store.ts';
import { sentenceOf } from '../lib/guarded/problem.ts';
import { PluginError } from '../slots/errors.ts';
import type { TrackerPlugin } from '../slots/tracker.ts';

export interface UnreadableParts {
  readonly known: ReturnType<typeof kvStore>;
  readonly tell: (
    project: string,
    problem: { readonly code: string; readonly message: string },
  ) => void;
}

/** What a look at a project's issues could not read, in words. `failure`: what the look itself ended with. */
export function unreadIssues(tracker: TrackerPlugin, failure: unknown = null): readonly string[] {
  if (failure === null) return (tracker.unreadable?.() ?? []).map(sentenceOf);
  // What passes by itself is in the log; the next look makes up for it.
  return failure instanceof PluginError && failure.kind === 'rejected' ? [failure.message] : [];
}

/** Tells each problem once for as long as it lasts, over restarts too. */
export function tellUnreadIssues(
  { known, tell }: UnreadableParts,
  project: string,
  problems: readonly string[],
): void {
  const key = `unreadable ${project}`;
  const before = known.get(key);
  for (const problem of problems)
    if (!(Array.isArray(before) && before.includes(problem)))
      tell(project, {
        code: 'AO_TRIGGER_UNREADABLE',
        message: `An issue of the project can't be read, and starts nothing: ${problem}`,
      });
  if (problems.length > 0) known.set(key, problems);
  else if (before !== undefined) known.delete(key);
}
