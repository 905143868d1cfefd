/** What one use case says of itself. Its method, its HTTP route, who may use it and its row in the audit log follow from that. */
import type { z } from 'zod';
import type { Refusal } from '../domain/session/decision.ts';
import type { Actor } from '../domain/session/ids.ts';
import type { Snapshot } from '../domain/session/session.ts';
import type { Result } from '../lib/result.ts';
import type { Verb } from './access.ts';
import type { Agents } from './agents.ts';
import type { CommandParts } from './parts.ts';

type Answer<V> = Result<V, Refusal> | Promise<Result<V, Refusal>>;
type Args = readonly unknown[];
type When<R> = R extends Promise<unknown> ? 'later' : 'now';
export type ValueOf<R> =
  Extract<Awaited<R>, { readonly ok: true }> extends { readonly value: infer V } ? V : never;

/** One use of it, after the gate let the actor through. */
export interface Call {
  readonly parts: CommandParts;
  readonly actor: Actor;
  /** Asks the gate for one more right that only the run can know of; null: granted. */
  readonly refusal: (verb: Verb) => Refusal | null;
}
export interface SessionCall extends Call {
  readonly snapshot: Snapshot;
}

/** What the right that is needed may depend on. */
export interface Asked<S> {
  readonly parts: CommandParts;
  readonly actor: Actor;
  /** Null where there is no such session. */
  readonly snapshot: S;
}

export interface HttpCall<Q, B> {
  /** From the path, decoded. The session's own id is no argument: the gate has looked it up. */
  param(name: string): string;
  readonly query: Q;
  readonly body: B;
  /** The `Idempotency-Key` header, as the caller's own. */
  readonly key: string | null;
}

/** How a request becomes the arguments. `V`: what is answered. */
export interface HttpRoute<A extends Args, V> {
  readonly method: 'get' | 'post';
  /** With `:name` parameters; `:id` is the session. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly response: z.ZodType<V>;
  args(call: HttpCall<unknown, unknown>): Readonly<A>;
}

/** What a read and a change say alike. */
interface ReadSpec<N extends string, A extends Args, R, C> {
  readonly name: N;
  /** `now`: it answers at once. `later`: with a promise. */
  readonly when: When<R>;
  readonly agents: Agents;
  readonly http?: HttpRoute<NoInfer<A>, NoInfer<ValueOf<R>>>;
  readonly run: (call: C, ...args: A) => R;
}

interface Spec<N extends string, A extends Args, R, C, S> extends ReadSpec<N, A, R, C> {
  /** The rights that people need, all of them. Null: it isn't for people. */
  readonly verb: Verb | null | ((asked: Asked<S>, ...args: A) => Verb | readonly Verb[]);
  /** Its name in the audit log. */
  readonly action: string | ((...args: A) => string);
  /** What the row in the audit log says of the arguments; words of people don't belong there. */
  readonly detail?: (...args: A) => string;
  /** The session of that row where the use case is about none. */
  readonly about?: (parts: CommandParts, ...args: A) => string | null;
  /** `refusals`: only refusals are written to the audit log; it changes nothing, or is asked many times a minute. */
  readonly record?: 'refusals';
}

type Defined<K extends 'read' | 'change', On extends 'session' | 'all', T> = T & {
  readonly kind: K;
  readonly on: On;
};

/** Something that is done to one session. */
export const ofSession = <const N extends string, A extends Args, R extends Answer<unknown>>(
  spec: Spec<N, A, R, SessionCall, Snapshot | null>,
): Defined<'change', 'session', typeof spec> => ({ ...spec, kind: 'change', on: 'session' });

/** Something that is done, and not to one session. */
export const ofAll = <const N extends string, A extends Args, R extends Answer<unknown>>(
  spec: Spec<N, A, R, Call, null>,
): Defined<'change', 'all', typeof spec> => ({ ...spec, kind: 'change', on: 'all' });

/** Reads one session. People need the right to view; a refusal is a row in the audit log, a granted read isn't. */
export const readOfSession = <const N extends string, A extends Args, R extends Answer<unknown>>(
  spec: ReadSpec<N, A, R, SessionCall>,
) =>
  ({
    ...spec,
    ...read(spec.name),
    on: 'session',
  }) as const;

/** Reads what is about no single session. */
export const readOfAll = <const N extends string, A extends Args, R extends Answer<unknown>>(
  spec: ReadSpec<N, A, R, Call>,
) =>
  ({
    ...spec,
    ...read(spec.name),
    on: 'all',
  }) as const;

const read = (name: string) =>
  ({ kind: 'read', verb: 'view', action: `read ${name}`, record: 'refusals' }) as const;

/** The shape of any of them, for whoever goes through the catalogue. */
export interface AnyUseCase {
  readonly name: string;
  readonly kind: 'read' | 'change';
  readonly on: 'session' | 'all';
  readonly when: 'now' | 'later';
  readonly verb: Verb | null | ((asked: Asked<never>, ...args: never) => Verb | readonly Verb[]);
  readonly agents: Agents;
  readonly action: string | ((...args: never) => string);
  readonly detail?: (...args: never) => string;
  readonly about?: (parts: CommandParts, ...args: never) => string | null;
  readonly record?: 'refusals';
  readonly http?: HttpRoute<Args, never> | HttpRoute<Args, unknown>;
  readonly run: (call: never, ...args: never) => Answer<unknown>;
}

/** `GET path`: nothing is changed. */
export const get = <const A extends Args, V, Q>(route: {
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly query?: z.ZodType<Q>;
  readonly response: z.ZodType<V>;
  args(call: HttpCall<Q, undefined>): A;
}): HttpRoute<A, V> => ({ ...route, method: 'get' }) as HttpRoute<A, V>;

/** `POST path` with a JSON body. */
export const post = <const A extends Args, V, B>(route: {
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly body?: z.ZodType<B>;
  readonly response: z.ZodType<V>;
  args(call: HttpCall<undefined, B>): A;
}): HttpRoute<A, V> => ({ ...route, method: 'post' }) as HttpRoute<A, V>;
