import type { kvStore } from '../db/kv-store.ts';
import { PluginError } from '../slots/errors.ts';
import type { Issue, TrackerPlugin } from '../slots/tracker.ts';

/*
 * An issue starts once for each time it gets the label, or is opened with it. So ao has to see that the label was gone: what a
 * look no longer lists is looked at by itself, because a list may lag behind or leave something out.
 */

/** Of one look; a bot that was away for long has more to ask about than one look should. */
const ASKED = 10;
const OFF = 'off';

export interface Relabelled {
  /** Ends with what became of the issue the last time; null: nothing since it has the label. */
  known(issue: string): unknown;
  set(issue: string, what: string): void;
  /** How often it had the label before: 0 for the first time. */
  round(issue: string): number;
  /** Asks about those that `listed` no longer has. */
  look(tracker: TrackerPlugin, label: string, listed: readonly Issue[]): Promise<void>;
}

/** What is known of one project's labelled issues, over restarts. */
export function openRelabelled(known: ReturnType<typeof kvStore>, project: string): Relabelled {
  const nameOf = (issue: string): string => `${project} ${issue}`;
  const roundOf = (issue: string): string => `round ${nameOf(issue)}`;
  const round = (issue: string): number => {
    const value = known.get(roundOf(issue));
    return typeof value === 'number' ? value : 0;
  };
  return {
    known(issue) {
      const value = known.get(nameOf(issue)) ?? null;
      return value === OFF ? null : value;
    },
    set: (issue, what) => known.set(nameOf(issue), what),
    round,
    async look(tracker, label, listed) {
      const present = new Set(listed.map((issue) => nameOf(issue.id)));
      const gone = known
        .list(`${project} `)
        .filter(([name, value]) => value !== OFF && !present.has(name))
        .map(([name]) => name.slice(project.length + 1))
        .slice(0, ASKED);
      for (const issue of gone) {
        if (!(await isOff(tracker, label, issue))) continue;
        known.set(roundOf(issue), round(issue) + 1);
        known.set(nameOf(issue), OFF);
      }
    },
  };
}

/** False also where it can't be said now. */
async function isOff(tracker: TrackerPlugin, label: string, id: string): Promise<boolean> {
  try {
    const issue = await tracker.get(id);
    return issue.state === 'closed' || !issue.labels.includes(label);
  } catch (error) {
    return error instanceof PluginError && error.kind === 'not_found';
  }
}
