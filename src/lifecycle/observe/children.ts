import { readEvents, type StoredEvent } from '../../db/event-store.ts';
import type { Db } from '../../db/open.ts';
import { lastSeq } from '../../db/sequence.ts';
import { AO, type SessionId } from '../../domain/session/ids.ts';
import { wordsAsData } from '../../domain/text/fence.ts';
import type { Clock } from '../../lib/clock.ts';
import type { KeyValue } from '../../slots/plugin.ts';
import type { Dispatch } from '../dispatch.ts';
import { whenWritable } from '../when-writable.ts';

/** What an orchestrator is told of the sessions it started. */
const NEWS: ReadonlySet<string> = new Set([
  'session.ended',
  'pr.opened',
  'escalation.raised',
  'checks.passed',
  'review.approved',
  'merge.failed',
  'session.queued',
]);
const PAGE = 500;
const CURSOR = 'seen';

interface ObserverState {
  readonly dispatch: Dispatch;
  readonly kv: KeyValue;
  readonly db: Db;
  readonly clock: Clock;
  off: (() => void) | null;
  scheduled: boolean;
}

/**
 * Tells orchestrators what becomes of their workers: one message per piece of news, in the queue like any other. The place in the list of
 * events is kept, and a message's id is made from its event, so that a restart in between loses and doubles nothing.
 */
export function createChildrenObserver(parts: {
  readonly db: Db;
  readonly dispatch: Dispatch;
  readonly clock: Clock;
  readonly kv: KeyValue;
}): {
  start(): void;
  stop(): void;
} {
  const { db, dispatch, clock, kv } = parts;
  const observer: ObserverState = {
    dispatch,
    kv,
    db,
    clock,
    off: null,
    scheduled: false,
  };
  return {
    start: () => start(observer),
    stop: () => stop(observer),
  };
}

function tell(observer: ObserverState, { seq, session, text, at }: StoredEvent): void {
  const child = session === null ? null : observer.dispatch.snapshot(session)?.session;
  const parent = child?.parent == null ? null : observer.dispatch.snapshot(child.parent)?.session;
  if (child == null || parent == null || parent.ended !== null) return;
  // What happened is told in words of the worker, of its pull request and of the forge.
  const news = `News of your worker ${child.id}: ${wordsAsData(`news of ${child.id}`, text, `${parent.id}-${seq}-${at}`).trimEnd()}`;
  observer.dispatch.input(parent.id as SessionId, {
    type: 'command',
    command: {
      type: 'send',
      steer: `child-${seq}`,
      text: news,
      files: [],
      urgent: false,
      source: null,
    },
    by: AO,
  });
}

function round(observer: ObserverState): void {
  observer.scheduled = false;
  for (;;) {
    const from = observer.kv.get(CURSOR);
    const events = readEvents(observer.db, {
      after: typeof from === 'number' ? from : lastSeq(observer.db),
      limit: PAGE,
    });
    const last = events.at(-1);
    if (last === undefined)
      return typeof from === 'number' ? undefined : observer.kv.set(CURSOR, lastSeq(observer.db));
    observer.dispatch.together(() => {
      for (const event of events) if (NEWS.has(event.event.type)) tell(observer, event);
      observer.kv.set(CURSOR, last.seq);
    });
    if (events.length < PAGE) return;
  }
}

function start(observer: ObserverState): void {
  observer.off = observer.dispatch.onChange((change) => {
    if (
      observer.scheduled ||
      observer.dispatch.snapshot(change.session)?.session.parent == null ||
      !change.events.some(({ event }) => NEWS.has(event.type))
    )
      return;
    observer.scheduled = true;
    queueMicrotask(() =>
      whenWritable(
        observer.clock,
        () => observer.off === null,
        () => round(observer),
      ),
    );
  });
  round(observer);
}

function stop(observer: ObserverState): void {
  observer.off?.();
  observer.off = null;
}
