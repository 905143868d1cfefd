import { kvStore } from '../db/kv-store.ts';
import type { Db } from '../db/open.ts';
import { MOST_LABELLED } from '../domain/money/most-labelled.ts';
import { AO } from '../domain/session/ids.ts';
import { issueName } from '../domain/text/issue-name.ts';
import type { Clock } from '../lib/clock.ts';
import type { Dispatch } from '../lifecycle/dispatch.ts';
import type { Plugins } from '../lifecycle/plugins.ts';
import type { Logger } from '../slots/plugin.ts';
import type { Issue } from '../slots/tracker.ts';
import type { Commands } from './commands.ts';
import { openRelabelled, type Relabelled } from './relabelled.ts';
import { UNSAID } from './requests.ts';
import { tellUnreadIssues, unreadIssues } from './unreadable-issues.ts';

/** Issues with `label` start by themselves, looked for every `interval` ms. */
export interface Trigger {
  readonly project: string;
  readonly label: string;
  readonly interval: number;
}

export interface TriggerParts {
  readonly db: Db;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly dispatch: Dispatch;
  readonly plugins: Plugins;
  readonly spawn: Commands['spawn'];
  /** Asked at every look, so that a reloaded configuration counts at once. */
  readonly triggers: () => readonly Trigger[];
  /** Shows an outsider's issue with a Start button where the project is shown. Inside a transaction: enqueues only. */
  readonly announce: (project: string, issue: Issue) => void;
  /** Somebody started what was announced. Inside a transaction. */
  readonly announcedStarted: (
    project: string,
    issue: Issue | { readonly id: string; readonly title: string },
    session: string,
  ) => void;
  /** An issue should have started and could not. */
  readonly tell: (
    project: string,
    problem: { readonly code: string; readonly message: string },
  ) => void;
}

export interface Triggers {
  start(): void;
  stop(): void;
  /** Looks at one project's issues now: its forge says that something changed. */
  look(project: string): Promise<void>;
}

/** The first look comes soon after the start: what was labelled while ao was down waits already. */
const FIRST_LOOK = 10_000;
/** There is nothing to start any more. */
const OVER: ReadonlySet<string> = new Set([
  'AO_ISSUE_TAKEN',
  'AO_ISSUE_CLOSED',
  'AO_ISSUE_UNKNOWN',
]);

/**
 * Issues with the label start a session, once each time they get it or are opened with it. Only authors with write access start something by it; what others wrote
 * waits for a click of somebody who may spawn.
 */
export function createTriggers(parts: TriggerParts): Triggers {
  const { clock, logger, dispatch } = parts;
  const known = kvStore(parts.db, 'triggers');
  const lookedAt = new Map<string, number>();
  const crowded = new Set<string>();
  const running = new Map<string, { again: boolean }>();
  let timer: { cancel(): void } | null = null;
  let off: (() => void) | null = null;
  const issuesOf = (project: string): Relabelled => openRelabelled(known, project);

  const take = async ({ project, label }: Trigger, listed: Issue): Promise<void> => {
    if (issuesOf(project).known(listed.id) !== null) return;
    const issue =
      listed.authorPermission === 'unknown'
        ? await parts.plugins.tracker(project).get(listed.id)
        : listed;
    // Who may do what could not be read: nothing is known, and the next look asks again.
    if (issue.authorPermission === 'unknown') return;
    if (issue.authorPermission === 'write' || issue.authorPermission === 'admin')
      return begin(project, label, issue);
    dispatch.together(() => {
      issuesOf(project).set(issue.id, 'asked');
      parts.announce(project, issue);
    });
  };

  const begin = async (project: string, label: string, issue: Issue): Promise<void> => {
    const actor = { ...AO, name: `the label ${label}` };
    const round = issuesOf(project).round(issue.id);
    const asked = await parts.spawn(actor, {
      ...UNSAID,
      issues: [issue.id],
      project,
      again: false,
      // The same key would find the session of the former time.
      key: round === 0 ? `trigger ${project}` : `trigger ${project} ${round}`,
    });
    const refusal = asked.ok ? (asked.value[0]?.refusal ?? null) : asked.error;
    const isOver = refusal === null || OVER.has(refusal.code);
    if (isOver) issuesOf(project).set(issue.id, refusal === null ? 'started' : refusal.code);
    // That somebody starts it by hand and labels it too is no news; that it was labelled again and nothing happens is.
    if (refusal === null || (isOver && round === 0)) return;
    logger.warn({ project, issue: issue.id, code: refusal.code }, refusal.message);
    parts.tell(project, {
      code: refusal.code,
      message: `Issue ${issueName(issue.id)} has the label ${label}${round === 0 ? '' : ' again'}, but could not be started: ${refusal.message}`,
    });
  };

  /** Said once until it is over: more issues than are read is nothing that a log alone should know. */
  const noteMany = ({ project, label }: Trigger, found: number): void => {
    if (found < MOST_LABELLED) return void crowded.delete(project);
    if (crowded.has(project)) return;
    crowded.add(project);
    parts.tell(project, {
      code: 'AO_TRIGGER_TOO_MANY',
      message: `${MOST_LABELLED} or more open issues have the label ${label}: only ${MOST_LABELLED} are read, and others with it do not start. Take the label off those that are done, or start them by hand.`,
    });
  };

  const round = async (trigger: Trigger): Promise<void> => {
    lookedAt.set(trigger.project, clock.now());
    const tracker = parts.plugins.tracker(trigger.project);
    const tellUnread = (problems: readonly string[]): void =>
      tellUnreadIssues({ known, tell: parts.tell }, trigger.project, problems);
    try {
      const { label } = trigger;
      const issues = await tracker.list({ state: 'open', label, limit: MOST_LABELLED });
      const unread = unreadIssues(tracker);
      tellUnread(unread);
      noteMany(trigger, issues.length);
      for (const issue of issues.toSorted((a, b) =>
        a.id.localeCompare(b.id, 'en', { numeric: true }),
      )) {
        // One that can't be read keeps none of the others waiting.
        await take(trigger, issue).catch((error: unknown) =>
          logger.warn(
            { project: trigger.project, issue: issue.id, err: error },
            'an issue could not be looked at; the next look makes up for it',
          ),
        );
      }
      // What wasn't read may have the label still.
      if (unread.length === 0 && issues.length < MOST_LABELLED)
        await issuesOf(trigger.project).look(tracker, label, issues);
    } catch (error) {
      logger.warn(
        { project: trigger.project, err: error },
        'issues could not be looked at; the next look makes up for it',
      );
      const problems = unreadIssues(tracker, error);
      if (problems.length > 0) tellUnread(problems);
    }
  };

  /** One round per project at a time; one that is asked for meanwhile follows. */
  const look = async (project: string): Promise<void> => {
    const under = running.get(project);
    if (under !== undefined) {
      under.again = true;
      return;
    }
    const trigger = parts.triggers().find((each) => each.project === project);
    if (trigger === undefined) return;
    const state = { again: false };
    running.set(project, state);
    await round(trigger).finally(() => running.delete(project));
    if (state.again) await look(project);
  };

  const tick = (): void => {
    const now = clock.now();
    for (const { project, interval } of parts.triggers())
      if (now - (lookedAt.get(project) ?? 0) >= interval) void look(project);
    const next = Math.min(
      ...parts
        .triggers()
        .map(({ project, interval }) => (lookedAt.get(project) ?? now) + interval - now),
      60_000,
    );
    timer = clock.after(Math.max(1_000, next), tick);
  };

  const noticeStart = (id: string): void => {
    const session = dispatch.snapshot(id)?.session;
    if (session?.task.type !== 'issue') return;
    const { issue, title } = session.task;
    if (issuesOf(session.project).known(issue) !== 'asked') return;
    dispatch.together(() => {
      issuesOf(session.project).set(issue, 'started');
      parts.announcedStarted(session.project, { id: issue, title }, id);
    });
  };

  return {
    look,
    start() {
      off = dispatch.onChange((change) => {
        if (change.events.some(({ event }) => event.type === 'session.spawned'))
          queueMicrotask(() => noticeStart(change.session));
      });
      const soonest = Math.min(FIRST_LOOK, ...parts.triggers().map(({ interval }) => interval));
      timer = clock.after(soonest, tick);
    },
    stop() {
      off?.();
      timer?.cancel();
    },
  };
}
