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
  let off: (() => void) | null = null;
  let scheduled = false;

  const tell = ({ seq, session, text, at }: StoredEvent): void => {
    const child = session === null ? null : dispatch.snapshot(session)?.session;
    const parent = child?.parent == null ? null : dispatch.snapshot(child.parent)?.session;
    if (child == null || parent == null || parent.ended !== null) return;
    // What happened is told in words of the worker, of its pull request and of the forge.
    const news = `News of your worker ${child.id}: ${wordsAsData(`news of ${child.id}`, text, `${parent.id}-${seq}-${at}`).trimEnd()}`;
    dispatch.input(parent.id as SessionId, {
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
  };

  const round = (): void => {
    scheduled = false;
    for (;;) {
      const from = kv.get(CURSOR);
      const events = readEvents(db, {
        after: typeof from === 'number' ? from : lastSeq(db),
        limit: PAGE,
      });
      const last = events.at(-1);
      if (last === undefined)
        return typeof from === 'number' ? undefined : kv.set(CURSOR, lastSeq(db));
      dispatch.together(() => {
        for (const event of events) if (NEWS.has(event.event.type)) tell(event);
        kv.set(CURSOR, last.seq);
      });
      if (events.length < PAGE) return;
    }
  };

  return {
    start() {
      off = dispatch.onChange((change) => {
        if (
          scheduled ||
          dispatch.snapshot(change.session)?.session.parent == null ||
          !change.events.some(({ event }) => NEWS.has(event.type))
        )
          return;
        scheduled = true;
        queueMicrotask(() => whenWritable(clock, () => off === null, round));
      });
      round();
    },
    stop() {
      off?.();
      off = null;
    },
  };
}
