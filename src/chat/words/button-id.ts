/** Button ids are `<verb>:<session>:<argument>`, at most 80 bytes, and mean the same after a restart. */
import { SESSION_ACTIONS, type SessionAction } from '../../commands/views.ts';

/** Every verb a button, select or form of ao can have. */
const BUTTON_VERBS = [
  ...SESSION_ACTIONS,
  /** All actions that did not fit on the card. */
  'more',
  'show',
  /** Argument: request and option. */
  'answer',
  /** Free-text answer; argument: request. */
  'other',
  /** Argument: steer. */
  'retry_steer',
  'remove_steer',
  'steer_now',
  'steer_as_answer',
  /** Argument: escalation or reaction key. */
  'ack',
  'snooze',
  'react',
  'reply',
  /** Argument: budget; without one the session's tightest. */
  'raise',
  /** Argument: review thread. */
  'reply_thread',
  'resolve_thread',
  'threads',
  /** Argument: head that was looked at last. */
  'changes',
  /** Argument: check name. */
  'check_log',
  /** Argument: issue. */
  'spawn_issue',
  /** Argument: draft. */
  'spawn_again',
  'run_draft',
  'send_draft',
  'restore_draft',
  'pick_project',
  'pick_session',
  'spawn_form',
] as const satisfies readonly (SessionAction | string)[];

export type ButtonVerb = (typeof BUTTON_VERBS)[number];

export interface ButtonTarget {
  readonly verb: ButtonVerb;
  /** Null for buttons that belong to no session. */
  readonly session: string | null;
  /** May itself contain colons. */
  readonly arg: string | null;
}

const MAX_BYTES = 80;

/** An argument that does not fit stands there as its digest; `isArgument` knows it again. */
export function buttonId(
  verb: ButtonVerb,
  session: string | null,
  arg: string | null = null,
): string {
  const before = `${verb}:${session ?? ''}`;
  if (arg === null) return before;
  return roomFor(verb, session ?? '') < byteLength(arg)
    ? `${before}:#${digest(arg)}`
    : `${before}:${arg}`;
}

/** Null for ids that ao never made. */
export function parseButtonId(id: string): ButtonTarget | null {
  const [word, session, ...rest] = id.split(':');
  const verb = BUTTON_VERBS.find((known) => known === word);
  if (verb === undefined || session === undefined) return null;
  return {
    verb,
    session: session === '' ? null : session,
    arg: rest.length === 0 ? null : rest.join(':'),
  };
}

/** How many bytes an argument may have for this verb and session. */
export const roomFor = (verb: ButtonVerb, session: string): number =>
  MAX_BYTES - byteLength(`${verb}:${session}:`);

const byteLength = (text: string): number => new TextEncoder().encode(text).length;

/** The argument as it is when it fits, else a short stable digest with `#` before it. */
export function shortArgument(value: string, room: number): string {
  return byteLength(value) <= room && !value.startsWith('#') ? value : `#${digest(value)}`;
}

/** Whether `arg` was made from `value` by `shortArgument`. */
export const isArgument = (arg: string, value: string): boolean =>
  arg === value || arg === `#${digest(value)}`;

/** 53-bit hash (cyrb53): tells apart the few requests or checks of one session, no security in it. */
function digest(text: string): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (4294967296 * (2097151 & b) + (a >>> 0)).toString(36);
}
