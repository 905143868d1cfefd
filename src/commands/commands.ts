/** The use cases as one object. Chat, HTTP and CLI all go through it; access policy and audit are inside. */
import type { Refusal } from '../domain/session/decision.ts';
import type { Actor } from '../domain/session/ids.ts';
import type { Result } from '../lib/result.ts';
import type { Verb } from './access.ts';
import type { Outcome } from './requests.ts';
import type { ValueOf } from './use-case.ts';
import type { useCases } from './use-cases/index.ts';

export type * from './requests.ts';

type Entry = (typeof useCases)[number];

/** Names of the use cases in the catalogue. */
export type UseCaseName = Entry['name'];
/** Those that never change anything. */
export type ReadName = Extract<Entry, { readonly kind: 'read' }>['name'];

type Answered<R> = [R] extends [Promise<unknown>]
  ? Outcome<ValueOf<R>>
  : Result<ValueOf<R>, Refusal>;

type Method<U> = U extends {
  readonly on: 'session';
  readonly run: (call: never, ...args: infer A) => infer R;
}
  ? (actor: Actor, session: string, ...args: A) => Answered<R>
  : U extends { readonly run: (call: never, ...args: infer A) => infer R }
    ? (actor: Actor, ...args: A) => Answered<R>
    : never;

type Methods = { readonly [U in Entry as U['name']]: Method<U> };

/** Session arguments are ids or unambiguous prefixes (`app-7`, `7` when there is one project). */
export interface Commands extends Methods {
  /**
   * For doors, before they show, store or stream anything: whether this actor may; an agent may look at the
   * `session` it could read. Writes no row in the audit log: the door that refuses because of it does.
   */
  may(actor: Actor, verb: Verb, session?: string): Result<null, Refusal>;
}

/** Codes of refusals by the use cases; docs/errors.md has the words of all of them. */
export type RefusalCode =
  | 'AO_SESSION_UNKNOWN'
  | 'AO_SESSION_AMBIGUOUS'
  | 'AO_PROJECT_UNKNOWN'
  | 'AO_PROJECT_AMBIGUOUS'
  | 'AO_ISSUE_UNKNOWN'
  | 'AO_ISSUE_CLOSED'
  | 'AO_ISSUE_TAKEN'
  | 'AO_ACCESS_DENIED'
  | 'AO_STATE'
  | 'AO_STALE'
  | 'AO_GATE_CLOSED'
  | 'AO_MERGE_POLICY'
  | 'AO_BAD_REQUEST'
  | 'AO_NO_PULL_REQUEST'
  | 'AO_AGENT_MISSING'
  | 'AO_UNSUPPORTED'
  | 'AO_UPSTREAM';
