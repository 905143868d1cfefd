import type { Draft } from '../decide/draft.ts';
import type { Millis } from '../session/time.ts';

/**
 * What is known of a reaction's condition. `over` means its opposite was seen; `pending` means neither: an open
 * episode stays open and nothing new happens. `dueAt`: look again then, unless something changes. `clock` false: this
 * time does not count for an escalation.
 */
export type Condition =
  | { readonly state: 'holds'; readonly fingerprint: string }
  | { readonly state: 'over'; readonly dueAt?: Millis }
  | { readonly state: 'pending'; readonly dueAt?: Millis; readonly clock?: false };

export const OVER: Condition = { state: 'over' };
export const PENDING: Condition = { state: 'pending' };
export const holds = (fingerprint: string): Condition => ({ state: 'holds', fingerprint });

/** Holds from `threshold` after `since` on. */
export const after = (
  draft: Draft,
  since: Millis,
  threshold: Millis,
  fingerprint: string,
): Condition =>
  draft.now - since >= threshold
    ? holds(fingerprint)
    : { state: 'pending', dueAt: since + threshold };
