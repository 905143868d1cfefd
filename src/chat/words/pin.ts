/** What a button that approves is for: one head commit, and the branch it goes into. */
import { createHash } from 'node:crypto';
import type { PrView } from '../../commands/views.ts';
import { type ButtonVerb, buttonId, isArgument, roomFor } from './button-id.ts';

export type Pinned = Pick<PrView, 'headSha' | 'base'>;

/** Verbs whose buttons are for one head and base. */
export const PINNED_VERBS = [
  'approve',
  'request_changes',
  'merge',
] as const satisfies readonly ButtonVerb[];
export type PinnedVerb = (typeof PINNED_VERBS)[number];

const MARK = '~';

/** `<head>~<base>`; a base that doesn't fit into a button stands there as its digest. */
export const pinOf = (verb: PinnedVerb, session: string, pinned: Pinned): string =>
  pinWithin(roomFor(verb, session), pinned);

function pinWithin(all: number, { headSha, base }: Pinned): string {
  const room = all - headSha.length - MARK.length;
  const fits = new TextEncoder().encode(base).length <= room && !base.startsWith('#');
  const digest = createHash('sha256').update(base).digest('base64url');
  return `${headSha}${MARK}${fits ? base : `#${digest.slice(0, Math.max(6, room - 1))}`}`;
}

export const pinnedId = (verb: PinnedVerb, session: string, pinned: Pinned): string =>
  buttonId(verb, session, pinOf(verb, session, pinned));

/** `<key>~<head>~<base>`: what a reaction does may be a merge. Without a pull request the key alone. */
export function reactionPin(key: string, session: string, pinned: Pinned | null): string {
  if (pinned === null) return key;
  return `${key}${MARK}${pinWithin(roomFor('react', session) - key.length - MARK.length, pinned)}`;
}

/** The key, and the head and base the button was for, as far as it tells; empty: a button of an earlier version. */
export function pinnedReaction(
  arg: string,
  session: string,
  now: Pinned | null,
): { readonly key: string; readonly sha: string; readonly base: string } {
  const [key = '', sha = '', base = ''] = arg.split(MARK);
  return now !== null && isArgument(arg, reactionPin(key, session, now))
    ? { key, sha: now.headSha, base: now.base }
    : { key, sha, base };
}

/** What a pressed button was for, beside what there is now. */
export type PinState =
  | { readonly type: 'current' }
  /** `was`: the head it was for. */
  | { readonly type: 'head'; readonly was: string }
  | { readonly type: 'base'; readonly was: string | null }
  /** A button of an earlier version: its base can't be told. */
  | { readonly type: 'old' };

export function pinState(arg: string, verb: PinnedVerb, session: string, now: Pinned): PinState {
  if (isArgument(arg, pinOf(verb, session, now))) return { type: 'current' };
  const at = arg.indexOf(MARK);
  const head = at === -1 ? arg : arg.slice(0, at);
  if (head !== now.headSha) return { type: 'head', was: head };
  if (at === -1) return { type: 'old' };
  const base = arg.slice(at + MARK.length);
  return { type: 'base', was: base.startsWith('#') ? null : base };
}
