import type { Decision } from '../domain/decision.ts';
import { decide } from '../domain/decide/decide.ts';
import { effectKey, effectLane } from '../domain/effect-key.ts';
import type { SessionEvent } from '../domain/event.ts';
import type { SessionId } from '../domain/ids.ts';
import type { Input } from '../domain/input.ts';
import type { ProjectPolicy } from '../domain/policy.ts';
import type { Snapshot } from '../domain/session.ts';
import { appendEvent, type StoredEvent } from '../db/event-store.ts';
import type { Db } from '../db/open.ts';
import { cancelPending, enqueue, type NewJob } from '../db/outbox-store.ts';
import { loadSnapshot, saveSnapshot, sessionIds, trimSteers } from '../db/session-store.ts';
import { bookUsage } from '../db/usage-store.ts';
import type { Clock } from '../lib/clock.ts';

/** What chat wants posted because of a change; called inside the transaction, must be pure. */
export type Project = (change: { readonly before: Snapshot | null; readonly after: Snapshot; readonly events: readonly StoredEvent[]; readonly version: number }) => readonly NewJob[];

export interface DispatchParts {
  readonly db: Db;
  readonly clock: Clock;
  readonly policyOf: (project: string) => ProjectPolicy;
  readonly eventText: (event: SessionEvent, snapshot: Snapshot) => string;
  readonly project: Project;
  /** Day of the ledger for a moment, `YYYY-MM-DD` in the configured time zone. */
  readonly dayOf: (at: number) => string;
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
  snapshot(id: string): Snapshot | null;
  version(id: string): number;
  /** Sessions that are not over. */
  live(): readonly Snapshot[];
  all(): readonly Snapshot[];
  /** Called after a commit. */
  onChange(listener: (change: Change) => void): () => void;
}

/**
 * The only writer of session state. better-sqlite3 is synchronous, so a decision is never interleaved with another;
 * snapshots are held in memory and replaced only after their transaction committed.
 */
export function createDispatch(parts: DispatchParts): Dispatch {
  const { db, clock } = parts;
  const held = new Map<string, { snapshot: Snapshot; version: number }>();
  for (const id of sessionIds(db, { live: false })) {
    const stored = loadSnapshot(db, id);
    if (stored !== null) held.set(id, stored);
  }
  const listeners = new Set<(change: Change) => void>();
  /** Changes of the transaction under way, and what was held before them. */
  let open: { readonly changes: Change[]; readonly before: Map<string, { snapshot: Snapshot; version: number } | null> } | null = null;

  const together = <T>(work: () => T): T => {
    if (open !== null) return work();
    const mine = { changes: [] as Change[], before: new Map<string, { snapshot: Snapshot; version: number } | null>() };
    open = mine;
    let result: T;
    try {
      result = db.transaction(work);
    } catch (error) {
      for (const [id, entry] of mine.before) {
        if (entry === null) held.delete(id);
        else held.set(id, entry);
      }
      throw error;
    } finally {
      open = null;
    }
    for (const change of mine.changes) for (const listener of listeners) listener(change);
    return result;
  };

  const commit = (before: Snapshot | null, decision: Decision, also?: () => void): void =>
    together(() => {
      const { id } = decision.snapshot.session;
      const change = db.transaction(() => {
        const saved = save(parts, before, decision);
        also?.();
        return saved;
      });
      if (open?.before.has(id) === false) open.before.set(id, held.get(id) ?? null);
      held.set(id, { snapshot: decision.snapshot, version: change.version });
      open?.changes.push(change);
    });

  return {
    together,
    create(snapshot, events, also) {
      commit(null, { snapshot, events, effects: [], cancel: [], refusal: null }, also);
    },
    input(id, input, also) {
      const before = held.get(id)?.snapshot;
      if (before === undefined) return null;
      const decision = decide(before, input, parts.policyOf(before.session.project), clock.now());
      const trimmed = { ...decision, snapshot: { ...decision.snapshot, steers: keepSame(before, trimSteers(decision.snapshot.steers)) } };
      if (changesNothing(before, trimmed)) also?.();
      else commit(before, trimmed, also);
      return trimmed;
    },
    snapshot: (id) => held.get(id)?.snapshot ?? null,
    version: (id) => held.get(id)?.version ?? 0,
    live: () => [...held.values()].map((entry) => entry.snapshot).filter((snapshot) => snapshot.session.ended === null),
    all: () => [...held.values()].map((entry) => entry.snapshot),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const keepSame = (before: Snapshot, steers: Snapshot['steers']): Snapshot['steers'] =>
  steers.length === before.steers.length && steers.every((steer, index) => steer === before.steers[index]) ? before.steers : steers;

function changesNothing(before: Snapshot, decision: Decision): boolean {
  const { session, facts, prs, steers, requests, episodes, timers } = decision.snapshot;
  const same = before.session === session && before.facts === facts && before.prs === prs && before.steers === steers && before.requests === requests && before.episodes === episodes;
  return same && decision.events.length === 0 && decision.effects.length === 0 && decision.cancel.length === 0 && sameTimers(before.timers, timers);
}

const sameTimers = (a: Snapshot['timers'], b: Snapshot['timers']): boolean => {
  const names = new Set(a.map((timer) => `${timer.kind} ${timer.key} ${timer.dueAt}`));
  return a.length === b.length && b.every((timer) => names.has(`${timer.kind} ${timer.key} ${timer.dueAt}`));
};

function save(parts: DispatchParts, before: Snapshot | null, decision: Decision): Change {
  const { db, clock } = parts;
  const now = clock.now();
  const after = decision.snapshot;
  const { id, project } = after.session;
  const version = saveSnapshot(db, before, after);
  const events = decision.events.map((event) => appendEvent(db, { session: id, project, at: now, event, text: parts.eventText(event, after) }));
  cancelPending(db, id, decision.cancel, now);
  for (const effect of decision.effects) {
    enqueue(db, { key: effectKey(id, effect), lane: effectLane(id, effect), session: id, type: effect.type, payload: effect }, now);
  }
  if (after.facts.usage !== null && before?.facts.usage !== after.facts.usage) bookUsage(db, after.session, parts.dayOf(now), after.facts.usage.models);
  for (const job of parts.project({ before, after, events, version })) enqueue(db, job, now);
  return { session: id, version, events };
}
