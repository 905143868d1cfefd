/** What a stretch of time looks like in events. Pure. */
import type { SessionEvent } from './event.ts';
import type { EndCause } from './session.ts';
import type { Millis } from './time.ts';

export interface DigestEvent {
  readonly session: string | null;
  readonly at: Millis;
  readonly event: SessionEvent;
}

/** After `from`, until and with `to`. */
export interface Stretch {
  readonly from: Millis;
  readonly to: Millis;
}

export interface Happened {
  /** Sessions with the keys of their pull requests, in order. */
  readonly merged: ReadonlyArray<{ readonly session: string; readonly pr: string }>;
  readonly opened: ReadonlyArray<{ readonly session: string; readonly pr: string }>;
  /** Sessions that ended without anybody wanting it, and were not brought back since. */
  readonly failed: ReadonlyArray<{
    readonly session: string;
    readonly cause: EndCause;
    readonly reason: string | null;
  }>;
  /** Times an agent was sent back by failed checks. */
  readonly ciRounds: number;
  /** Times ao ran failed checks again without waking anybody. */
  readonly flakyReruns: number;
  readonly longestWait: { readonly session: string; readonly ms: number } | null;
}

/** Kinds of events that `happened` reads. */
export const DIGEST_EVENTS = [
  'pr.merged',
  'pr.opened',
  'session.ended',
  'session.restored',
  'session.undone',
  'checks.failed',
  'checks.rerun',
  'request.opened',
  'request.answered',
  'request.failed',
  'escalation.raised',
  'escalation.acknowledged',
  'reaction.ended',
  'merge.ready',
  'merge.started',
] as const satisfies readonly SessionEvent['type'][];

/** `events`: in order, and from long enough before the stretch to hold the beginning of what was waited for in it. */
export function happened(events: readonly DigestEvent[], stretch: Stretch): Happened {
  const inside = events.filter(({ at }) => at > stretch.from && at <= stretch.to);
  const failed = new Map<string, Happened['failed'][number]>();
  const merged = new Map<string, string>();
  const opened = new Map<string, string>();
  let ciRounds = 0;
  let flakyReruns = 0;
  for (const { session, event } of inside) {
    if (session === null) continue;
    if (event.type === 'pr.merged') merged.set(event.pr, session);
    if (event.type === 'pr.opened') opened.set(event.pr, session);
    if (
      event.type === 'session.ended' &&
      (event.cause === 'errored' || event.cause === 'terminated')
    )
      failed.set(session, { session, cause: event.cause, reason: event.reason });
    if (event.type === 'session.restored' || event.type === 'session.undone')
      failed.delete(session);
    if (event.type === 'checks.failed' && event.sent) ciRounds += 1;
    if (event.type === 'checks.rerun' && event.by.via === 'system') flakyReruns += 1;
  }
  const list = (prs: ReadonlyMap<string, string>): Happened['merged'] =>
    [...prs].map(([pr, session]) => ({ session, pr }));
  return {
    merged: list(merged),
    opened: list(opened),
    failed: [...failed.values()],
    ciRounds,
    flakyReruns,
    longestWait: longestWait(events, stretch),
  };
}

/** How long people let something wait that was answered in the stretch or is still open at its end. */
function longestWait(
  events: readonly DigestEvent[],
  { from, to }: Stretch,
): Happened['longestWait'] {
  const open = new Map<string, { readonly session: string; readonly at: Millis }>();
  let longest: { session: string; ms: number } | null = null;
  const over = (key: string, at: Millis): void => {
    const began = open.get(key);
    open.delete(key);
    if (began === undefined || at <= from || at - began.at <= (longest?.ms ?? 0)) return;
    longest = { session: began.session, ms: at - began.at };
  };
  for (const { session, at, event } of events) {
    if (session === null || at > to) continue;
    for (const key of answered(event)) over(`${session} ${key}`, at);
    if (event.type === 'session.ended')
      for (const key of [...open.keys()].filter((name) => name.startsWith(`${session} `)))
        over(key, at);
    const key = asked(event);
    if (key !== null && !open.has(`${session} ${key}`))
      open.set(`${session} ${key}`, { session, at });
  }
  for (const key of [...open.keys()]) over(key, to);
  return longest;
}

function asked(event: SessionEvent): string | null {
  if (event.type === 'request.opened') return `request ${event.request}`;
  // Asking a person is told as an escalation too; it is one wait.
  if (event.type === 'escalation.raised')
    return event.key === 'agent-needs-input' ? null : `escalation ${event.key}`;
  return event.type === 'merge.ready' ? `merge ${event.pr}` : null;
}

function answered(event: SessionEvent): readonly string[] {
  switch (event.type) {
    case 'request.answered':
    case 'request.failed':
      return [`request ${event.request}`];
    case 'escalation.acknowledged':
      return [`escalation ${event.key}`];
    case 'reaction.ended':
      return [`escalation ${event.key}`];
    case 'merge.started':
    case 'pr.merged':
      return [`merge ${event.pr}`];
    default:
      return [];
  }
}
