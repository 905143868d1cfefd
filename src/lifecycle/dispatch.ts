import { appendEvent, type StoredEvent } from '../db/event-store.ts';
import { loadSnapshots, type StoredSnapshot, trimSteers } from '../db/load-snapshots.ts';
import type { Db } from '../db/open.ts';
import { cancelPending, enqueue, type NewJob, setBackPending } from '../db/outbox-store.ts';
import { endedAfter, lastEnd } from '../db/session-history.ts';
import { liveIds, saveSnapshot, versionOf } from '../db/session-store.ts';
import { bookUsage, nameRequest, type PriceOfTokens } from '../db/usage-store.ts';
import { decide } from '../domain/decide/decide.ts';
import { totalsByAgent } from '../domain/money/usage.ts';
import { lastTouched, NOTICED, setBack } from '../domain/session/clock-set-back.ts';
import type { Decision } from '../domain/session/decision.ts';
import { effectKey, effectLane } from '../domain/session/effect-key.ts';
import type { SessionEvent } from '../domain/session/event.ts';
import type { SessionId } from '../domain/session/ids.ts';
import type { Input } from '../domain/session/input.ts';
import type { ProjectPolicy } from '../domain/session/policy.ts';
import { shownPr } from '../domain/session/pr.ts';
import type { Snapshot } from '../domain/session/session.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../slots/plugin.ts';

/** What chat wants posted because of a change; called inside the transaction, must be pure. */
export type Project = (change: {
  readonly before: Snapshot | null;
  readonly after: Snapshot;
  readonly events: readonly StoredEvent[];
  readonly version: number;
}) => readonly NewJob[];

export interface DispatchParts {
  readonly db: Db;
  readonly clock: Clock;
  readonly policyOf: (project: string) => ProjectPolicy;
  readonly eventText: (event: SessionEvent, snapshot: Snapshot) => string;
  readonly project: Project;
  /** Day of the ledger for a moment, `YYYY-MM-DD` in the configured time zone. */
  readonly dayOf: (at: number) => string;
  /** Asked where an agent names no price. */
  readonly price?: PriceOfTokens;
  readonly logger?: Logger;
}

export interface Change {
  readonly session: SessionId;
  readonly version: number;
  readonly events: readonly StoredEvent[];
}

export interface Dispatch {
  /** Saves a new session and what follows from it. `also` runs in the same transaction. */
  create(snapshot: Snapshot, events: readonly SessionEvent[], also?: () => void): void;
  /**
   * Runs `work`, synchronous, in one transaction: all its changes are saved by one commit, or none of them happened, and
   * listeners hear of them after it.
   */
  together<T>(work: () => T): T;
  /** Decides one input and saves its whole result in one transaction. Null: no such session. */
  input(id: SessionId, input: Input, also?: () => void): Decision | null;
  /** Of any session; one that is over is read from the database unless somebody looked at it lately. */
  snapshot(id: string): Snapshot | null;
  /** Many at once, in this order, each with its version; those that aren't there are left out. What is over is read together, and not held. */
  snapshots(ids: readonly string[]): readonly StoredSnapshot[];
  version(id: string): number;
  /** Sessions that are not over. The others are found by `db/session-history.ts`. */
  live(): readonly Snapshot[];
  /** Notices a clock that was set back, and moves what is due along with it. Called by every input; and once a second, when there is none. */
  keepTime(): void;
  /** Called after a commit. */
  onChange(listener: (change: Change) => void): () => void;
}

/** Ended sessions that stay in memory after somebody looked at them. */
const PAST_HELD = 64;

interface Held {
  get(id: string): StoredSnapshot | undefined;
  /** In this order, without those that aren't there. */
  all(ids: readonly string[]): readonly StoredSnapshot[];
  put(id: string, stored: StoredSnapshot): void;
  /** What the database says counts. */
  forget(id: string): void;
  live(): readonly StoredSnapshot[];
}

/** Live sessions, and the few ended ones that were looked at last: memory does not grow with the history. */
function holdSnapshots(db: Db): Held {
  const live = new Map<string, StoredSnapshot>();
  const past = new Map<string, StoredSnapshot>();
  const put = (id: string, stored: StoredSnapshot): void => {
    past.delete(id);
    if (stored.snapshot.session.ended === null) {
      live.set(id, stored);
      return;
    }
    live.delete(id);
    past.set(id, stored);
    const [oldest] = past.keys();
    if (past.size > PAST_HELD && oldest !== undefined) past.delete(oldest);
  };
  const load = (id: string): StoredSnapshot | undefined => {
    const stored = past.get(id) ?? loadSnapshots(db, [id])[0];
    if (stored !== undefined) put(id, stored);
    return stored;
  };
  for (const stored of loadSnapshots(db, liveIds(db))) put(stored.snapshot.session.id, stored);
  return {
    get: (id) => live.get(id) ?? load(id),
    all(ids) {
      const known = (id: string): StoredSnapshot | undefined => live.get(id) ?? past.get(id);
      const missing = loadSnapshots(
        db,
        ids.filter((id) => known(id) === undefined),
      );
      const read = new Map(missing.map((stored) => [stored.snapshot.session.id as string, stored]));
      return ids.flatMap((id) => known(id) ?? read.get(id) ?? []);
    },
    put,
    forget(id) {
      live.delete(id);
      past.delete(id);
      load(id);
    },
    live: () => [...live.values()],
  };
}

/**
 * The only writer of session state. better-sqlite3 is synchronous, so a decision is never interleaved with another;
 * snapshots of live sessions are held in memory and replaced only after their transaction committed.
 */
export function createDispatch(parts: DispatchParts): Dispatch {
  const { db, clock } = parts;
  const held = holdSnapshots(db);
  const listeners = new Set<(change: Change) => void>();
  /** Changes made inside somebody else's transaction: in memory already, told and believed only when that one committed. */
  const unsettled: Change[] = [];

  /** A transaction around a decision may have been rolled back: what the database says counts. */
  const settle = (): void => {
    if (unsettled.length === 0 || db.$client.inTransaction) return;
    const changes = unsettled.splice(0);
    const lost = new Set(
      changes
        .filter(({ session, version }) => versionOf(db, session) < version)
        .map(({ session }) => session),
    );
    for (const id of lost) held.forget(id);
    for (const change of changes) if (!lost.has(change.session)) tell(change);
  };
  const tell = (change: Change): void => {
    for (const listener of listeners) {
      try {
        listener(change);
      } catch (error) {
        parts.logger?.error(
          { session: change.session, err: error },
          'a change was saved, but somebody who listens could not take it',
        );
      }
    }
  };
  const entry = (id: string) => {
    settle();
    return held.get(id);
  };
  const commit = (before: Snapshot | null, decision: Decision, also?: () => void): void => {
    const nested = db.$client.inTransaction;
    const change = db.transaction(() => {
      const saved = save(parts, before, decision);
      also?.();
      return saved;
    });
    const { snapshot } = decision;
    held.put(snapshot.session.id, {
      snapshot: { ...snapshot, steers: trimSteers(snapshot.steers) },
      version: change.version,
    });
    if (!nested) return tell(change);
    unsettled.push(change);
    queueMicrotask(settle);
  };
  const live = (): readonly Snapshot[] => {
    settle();
    return held.live().map((each) => each.snapshot);
  };

  /** By ao's own clock, over restarts too. */
  let newest = Math.max(lastEnd(db), ...live().map(lastTouched));
  const keepTime = (): void => {
    const now = clock.now();
    const back = newest - now;
    if (back >= NOTICED) {
      parts.logger?.warn(
        { seconds: Math.round(back / 1_000) },
        'the clock was set back; what is due moves with it',
      );
      db.transaction(() => {
        const ahead = endedAfter(db, now).flatMap((id) => held.get(id)?.snapshot ?? []);
        for (const snapshot of [...live(), ...ahead])
          commit(snapshot, {
            snapshot: setBack(snapshot, back, now),
            events: [],
            effects: [],
            cancel: [],
            refusal: null,
          });
        setBackPending(db, now, back);
      });
      settle();
    }
    newest = back >= NOTICED ? now : Math.max(newest, now);
  };

  const together = <T>(work: () => T): T => {
    try {
      return db.transaction(work);
    } finally {
      settle();
    }
  };

  return {
    together,
    create(snapshot, events, also) {
      settle();
      commit(null, { snapshot, events, effects: [], cancel: [], refusal: null }, also);
    },
    keepTime,
    input(id, input, also) {
      keepTime();
      const before = entry(id)?.snapshot;
      if (before === undefined) return null;
      const decision = decide(before, input, parts.policyOf(before.session.project), clock.now());
      if (changesNothing(before, decision)) also?.();
      else commit(before, decision, also);
      return decision;
    },
    snapshot: (id) => entry(id)?.snapshot ?? null,
    snapshots(ids) {
      settle();
      return held.all(ids);
    },
    version: (id) => entry(id)?.version ?? 0,
    live,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function changesNothing(before: Snapshot, decision: Decision): boolean {
  const { session, facts, prs, steers, requests, episodes, timers } = decision.snapshot;
  const same =
    before.session === session &&
    before.facts === facts &&
    before.prs === prs &&
    before.steers === steers &&
    before.requests === requests &&
    before.episodes === episodes;
  return (
    same &&
    decision.events.length === 0 &&
    decision.effects.length === 0 &&
    decision.cancel.length === 0 &&
    sameTimers(before.timers, timers)
  );
}

const sameTimers = (a: Snapshot['timers'], b: Snapshot['timers']): boolean => {
  const names = new Set(a.map((timer) => `${timer.kind} ${timer.key} ${timer.dueAt}`));
  return (
    a.length === b.length &&
    b.every((timer) => names.has(`${timer.kind} ${timer.key} ${timer.dueAt}`))
  );
};

function save(parts: DispatchParts, before: Snapshot | null, decision: Decision): Change {
  const { db, clock } = parts;
  const now = clock.now();
  const after = decision.snapshot;
  const { id, project } = after.session;
  const version = saveSnapshot(db, before, after);
  const events = decision.events.map((event) =>
    appendEvent(db, { session: id, project, at: now, event, text: parts.eventText(event, after) }),
  );
  cancelPending(db, id, decision.cancel, now);
  for (const effect of decision.effects) {
    enqueue(
      db,
      {
        key: effectKey(id, effect),
        lane: effectLane(id, effect),
        session: id,
        type: effect.type,
        payload: effect,
      },
      now,
    );
  }
  keepLedger(parts, before, after);
  for (const job of parts.project({ before, after, events, version })) enqueue(db, job, now);
  return { session: id, version, events };
}

function keepLedger(
  { db, dayOf, price }: DispatchParts,
  before: Snapshot | null,
  after: Snapshot,
): void {
  const { session, facts } = after;
  const pr = shownPr(after)?.key ?? null;
  if (facts.usage !== null && before?.facts.usage !== facts.usage) {
    for (const { agent, models } of totalsByAgent(session.agent, facts.usage)) {
      bookUsage(db, { ...session, agent }, dayOf(facts.usage.at), models, {
        pr,
        ...(price === undefined ? {} : { price }),
      });
    }
  }
  const known = before === null ? null : (shownPr(before)?.key ?? null);
  if (pr !== null && pr !== known) nameRequest(db, session.id, pr);
}
