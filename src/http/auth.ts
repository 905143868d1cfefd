/** Who sent a request: bearer token, or the page's cookie. */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Actor, type Subject, subject } from '../domain/session/ids.ts';
import type { Clock, Millis } from '../lib/clock.ts';
import type { Tokens } from './deps.ts';

export type Principal =
  | { readonly kind: 'admin'; readonly actor: Actor; readonly cookie: boolean }
  /** Somebody a reverse proxy signed in; may do what the access policy says. */
  | { readonly kind: 'person'; readonly actor: Actor; readonly cookie: false }
  /** An agent; `worker` may only touch its own session. */
  | {
      readonly kind: 'worker' | 'orchestrator';
      readonly actor: Actor;
      readonly session: string;
      readonly cookie: false;
    };

export const COOKIE = 'ao_session';
const COOKIE_LIFE: Millis = 30 * 24 * 3_600_000;
const CODE_LIFE: Millis = 15 * 60_000;
const MAX_CODES = 100;

export interface Auth {
  /** `person`: whom a proxy names. Null: no such token, or a proxy that names nobody. */
  bearer(token: string, person: string | null): Principal | null;
  cookie(value: string): Principal | null;
  /** A code for one login, valid 15 minutes. */
  issueCode(): { readonly code: string; readonly expiresAt: Millis };
  /** The cookie value for a code, once; null when the code is unknown, used or too old. */
  redeem(code: string): { readonly cookie: string; readonly maxAge: number } | null;
}

export function createAuth(tokens: Tokens, admin: Actor, clock: Clock): Auth {
  const codes = new Map<string, Millis>();
  const asAdmin = (cookie: boolean): Principal => ({ kind: 'admin', actor: admin, cookie });
  // Signed with a key made from the token: a new token ends every login, a restart of the bot ends none.
  const sign = (payload: string): string =>
    createHmac('sha256', `ao-cookie:${tokens.admin}`).update(payload).digest('base64url');

  return {
    bearer(token, person) {
      if (sameSecret(token, tokens.admin)) return asAdmin(false);
      if (tokens.proxy !== null && sameSecret(token, tokens.proxy.token)) return named(person);
      const found = tokens.session(sha256(token).toString('hex'));
      return found === null
        ? null
        : {
            kind: found.role,
            session: found.session,
            actor: agentActor(found.session),
            cookie: false,
          };
    },
    cookie(value) {
      const [version, expires, nonce, mac] = value.split('.');
      if (version !== 'v1' || expires === undefined || nonce === undefined || mac === undefined)
        return null;
      if (!sameSecret(mac, sign(`v1.${expires}.${nonce}`))) return null;
      return Number(expires) > clock.now() ? asAdmin(true) : null;
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
      if (expiresAt === undefined || expiresAt <= clock.now()) return null;
      const payload = `v1.${clock.now() + COOKIE_LIFE}.${randomBytes(12).toString('base64url')}`;
      return { cookie: `${payload}.${sign(payload)}`, maxAge: COOKIE_LIFE / 1000 };
    },
  };
}

/** A name as the access policy knows it: `proxy:<name>`. A proxy that names nobody, or two, opens nothing. */
const PERSON = /^[^\s:,;]{1,200}$/;
const named = (person: string | null): Principal | null =>
  person !== null && PERSON.test(person)
    ? {
        kind: 'person',
        actor: { subject: subject(`proxy:${person}`), name: person, via: 'web' },
        cookie: false,
      }
    : null;

const agentActor = (session: string): Actor => ({
  subject: agentSubject(session),
  name: session,
  via: 'agent',
});
const agentSubject = (session: string): Subject => subject(`agent:${session}`);

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Constant time: digests have one length whatever was sent. An empty secret never matches. */
const sameSecret = (given: string, secret: string): boolean =>
  secret !== '' && timingSafeEqual(sha256(given), sha256(secret));

function dropOld(codes: Map<string, Millis>, now: Millis): void {
  for (const [key, expiresAt] of codes) if (expiresAt <= now) codes.delete(key);
  for (const key of codes.keys()) {
    if (codes.size < MAX_CODES) break;
    codes.delete(key);
  }
}
