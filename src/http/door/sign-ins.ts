import { createHmac, randomBytes } from 'node:crypto';
import type { Clock, Millis } from '../../lib/clock.ts';
import type { KeyValue } from '../../slots/context.ts';
import { sameSecret } from './same-secret.ts';

/** How long a browser stays signed in. */
const SIGN_IN_LIFE: Millis = 7 * 24 * 3_600_000;
const TICKET_LIFE: Millis = 30_000;
const MAX_TICKETS = 100;
/** Key of the time before which every sign-in is void. */
const VOID_BEFORE = 'void-before';

/**
 * What a browser proves itself with: the cookie, which a browser sends to every port of this host, and the key, which only the
 * page has (in its own origin's storage, and ports are origins). Either alone opens nothing.
 */
export interface SignIn {
  readonly cookie: string;
  readonly key: string;
  /** Seconds. */
  readonly maxAge: number;
}

export interface SignIns {
  begin(): SignIn;
  /** Id of the sign-in that the cookie stands for; null when it is forged, too old, ended, or the other half doesn't fit. */
  check(cookie: string, proof: Proof): string | null;
  /** Signed out, or too old: what such a browser has open is to be closed. */
  isOver(signIn: string): boolean;
  /** A ticket for one socket of this sign-in, which can't send the key in a header; valid once, for 30 seconds. */
  ticket(signIn: string): string;
  /** Signs one browser out, or all of them. */
  end(signIn: string): void;
  endAll(): void;
}

export type Proof =
  | { readonly type: 'key'; readonly key: string }
  | { readonly type: 'ticket'; readonly ticket: string };

/** `secret`: changes with the admin token, so that a new token ends every sign-in; a restart of the bot ends none. */
export function createSignIns(secret: string, store: KeyValue, clock: Clock): SignIns {
  const hmac = (purpose: string, text: string): string =>
    createHmac('sha256', `${purpose}:${secret}`).update(text).digest('base64url');
  const tickets = createTickets(clock);
  const voidBefore = (): Millis => {
    const at = store.get(VOID_BEFORE);
    return typeof at === 'number' ? at : 0;
  };
  const isOver = (id: string): boolean => {
    const since = Number(id.split('.')[0]);
    return (
      since + SIGN_IN_LIFE <= clock.now() ||
      since < voidBefore() ||
      store.get(endedKey(id)) !== undefined
    );
  };
  return {
    begin() {
      const since = Math.max(clock.now(), voidBefore());
      const id = `${since}.${randomBytes(12).toString('base64url')}`;
      return {
        cookie: `v2.${id}.${hmac('ao-cookie', id)}`,
        key: hmac('ao-page', id),
        maxAge: SIGN_IN_LIFE / 1000,
      };
    },
    check(cookie, proof) {
      const [version, since, nonce, mac] = cookie.split('.');
      if (version !== 'v2' || since === undefined || nonce === undefined || mac === undefined)
        return null;
      const id = `${since}.${nonce}`;
      if (!sameSecret(mac, hmac('ao-cookie', id))) return null;
      const proved =
        proof.type === 'key'
          ? sameSecret(proof.key, hmac('ao-page', id))
          : tickets.take(proof.ticket) === id;
      return proved && !isOver(id) ? id : null;
    },
    isOver,
    ticket: (id) => tickets.issue(id),
    end(id) {
      store.set(endedKey(id), Number(id.split('.')[0]) + SIGN_IN_LIFE);
      // Those that are over anyway need no mark.
      for (const [key, until] of store.list(endedKey('')))
        if (Number(until) <= clock.now()) store.delete(key);
    },
    endAll() {
      // One later than now: a browser may have signed in within this millisecond.
      store.set(VOID_BEFORE, Math.max(clock.now(), voidBefore()) + 1);
    },
  };
}

const endedKey = (id: string): string => `ended/${id}`;

interface Tickets {
  issue(signIn: string): string;
  /** The sign-in it was issued to; each ticket once. */
  take(ticket: string): string | null;
}

function createTickets(clock: Clock): Tickets {
  const open = new Map<string, { readonly signIn: string; readonly until: Millis }>();
  return {
    issue(signIn) {
      for (const [ticket, { until }] of open)
        if (until <= clock.now() || open.size >= MAX_TICKETS) open.delete(ticket);
      const ticket = randomBytes(24).toString('base64url');
      open.set(ticket, { signIn, until: clock.now() + TICKET_LIFE });
      return ticket;
    },
    take(ticket) {
      const found = open.get(ticket);
      open.delete(ticket);
      return found !== undefined && found.until > clock.now() ? found.signIn : null;
    },
  };
}
