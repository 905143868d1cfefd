/** Who sent a request: bearer token, or the page's cookie. */
import { randomBytes } from 'node:crypto';
import { type Actor, type Subject, subject } from '../../domain/session/ids.ts';
import type { Clock, Millis } from '../../lib/clock.ts';
import type { KeyValue } from '../../slots/context.ts';
import type { Tokens } from '../deps.ts';
import { sameSecret, sha256 } from './same-secret.ts';
import { createSignIns, type Proof, type SignIn } from './sign-ins.ts';

export type Principal =
  | {
      readonly kind: 'admin';
      readonly actor: Actor;
      /** The browser's sign-in; null: the token itself. */
      readonly signIn: string | null;
    }
  /** Somebody a reverse proxy signed in; may do what the access policy says. */
  | { readonly kind: 'person'; readonly actor: Actor }
  /** An agent; `worker` may only touch its own session. */
  | {
      readonly kind: 'worker' | 'orchestrator';
      readonly actor: Actor;
      readonly session: string;
    };

export const COOKIE = 'ao_session';
/** Header in which the page sends its key. */
export const PAGE_KEY = 'x-ao-page-key';
const CODE_LIFE: Millis = 15 * 60_000;
const MAX_CODES = 100;

export interface Auth {
  /** `person`: whom a proxy names. Null: no such token, or a proxy that names nobody. */
  bearer(token: string, person: string | null): Principal | null;
  /** `proof`: what the page adds to the cookie, without which it is worth nothing. */
  cookie(value: string, proof: Proof): Principal | null;
  /** A code for one login, valid 15 minutes. */
  issueCode(): { readonly code: string; readonly expiresAt: Millis };
  /** Signs a browser in for a code, once; null when the code is unknown, used or too old. */
  redeem(code: string): SignIn | null;
  /** For one socket of this sign-in. */
  ticket(signIn: string): string;
  /** False once the browser was signed out or its time is over; streams and sockets ask before they send. */
  stillIn(principal: Principal): boolean;
  signOut(signIn: string): void;
  signOutAll(): void;
}

export function createAuth(
  tokens: Tokens,
  admin: Actor,
  { clock, store }: { readonly clock: Clock; readonly store: KeyValue },
): Auth {
  const codes = new Map<string, Millis>();
  const asAdmin = (signIn: string | null): Principal => ({ kind: 'admin', actor: admin, signIn });
  const signIns = createSignIns(tokens.admin, store, clock);

  return {
    bearer(token, person) {
      if (sameSecret(token, tokens.admin)) return asAdmin(null);
      if (tokens.proxy !== null && sameSecret(token, tokens.proxy.token)) return named(person);
      const found = tokens.session(sha256(token).toString('hex'));
      return found === null
        ? null
        : {
            kind: found.role,
            session: found.session,
            actor: agentActor(found.session),
          };
    },
    cookie(value, proof) {
      const signIn = signIns.check(value, proof);
      return signIn === null ? null : asAdmin(signIn);
    },
    issueCode() {
      dropOld(codes, clock.now());
      const code = randomBytes(24).toString('base64url');
      const expiresAt = clock.now() + CODE_LIFE;
      codes.set(sha256(code).toString('hex'), expiresAt);
      return { code, expiresAt };
    },
    redeem(code) {
      const key = sha256(code).toString('hex');
      const expiresAt = codes.get(key);
      codes.delete(key);
      return expiresAt === undefined || expiresAt <= clock.now() ? null : signIns.begin();
    },
    ticket: (signIn) => signIns.ticket(signIn),
    stillIn: (principal) =>
      principal.kind !== 'admin' || principal.signIn === null || !signIns.isOver(principal.signIn),
    signOut: (signIn) => signIns.end(signIn),
    signOutAll: () => signIns.endAll(),
  };
}

/** A name as the access policy knows it: `proxy:<name>`. A proxy that names nobody, or two, opens nothing. */
const PERSON = /^[^\s:,;]{1,200}$/;
const named = (person: string | null): Principal | null =>
  person !== null && PERSON.test(person)
    ? {
        kind: 'person',
        actor: { subject: subject(`proxy:${person}`), name: person, via: 'web' },
      }
    : null;

const agentActor = (session: string): Actor => ({
  subject: agentSubject(session),
  name: session,
  via: 'agent',
});
const agentSubject = (session: string): Subject => subject(`agent:${session}`);

function dropOld(codes: Map<string, Millis>, now: Millis): void {
  for (const [key, expiresAt] of codes) if (expiresAt <= now) codes.delete(key);
  for (const key of codes.keys()) {
    if (codes.size < MAX_CODES) break;
    codes.delete(key);
  }
}
