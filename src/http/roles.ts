/** What the tokens of agents may do. Not listed means refused. */

import type { Context, MiddlewareHandler } from 'hono';
import type { Commands } from '../commands/commands.ts';
import type { Refusal } from '../domain/session/decision.ts';
import type { Principal } from './door/auth.ts';
import type { Env } from './env.ts';
import { problem } from './problem.ts';

interface Allowed {
  readonly method: 'GET' | 'POST';
  /** After `/api/sessions/:id`. */
  readonly rest: RegExp;
}

const OWN: readonly Allowed[] = [
  { method: 'GET', rest: /^(\/(events|steers|logs|diff|threads))?$/ },
  { method: 'GET', rest: /^\/checks\/[^/]+\/log$/ },
  { method: 'POST', rest: /^\/(pr|report|hook|gh)$/ },
];

/** An orchestrator reads and steers the sessions it started. */
const CHILD: readonly Allowed[] = [
  { method: 'GET', rest: /^(\/(events|steers|logs|diff))?$/ },
  { method: 'GET', rest: /^\/checks\/[^/]+\/log$/ },
  { method: 'POST', rest: /^\/message$/ },
];

export function agentsOnlyTheirOwn(
  commands: Commands,
  refused: (c: Context<Env>, why: string) => void,
): MiddlewareHandler<Env> {
  return async (c, next) => {
    const principal = c.get('principal');
    if (
      principal.kind === 'admin' ||
      principal.kind === 'person' ||
      isAllowed(principal, c.req.method, c.req.path, commands)
    )
      return next();
    const why = `The token of ${principal.session} can't do this: an agent may read its own session, open its pull request and report.`;
    refused(c, why);
    return problem(c, 403, 'AO_ACCESS_DENIED', why);
  };
}

/** Somebody signed in by a proxy needs a role for anything, and is no admin of the machine whatever the role. */
export function personsWithARole(
  commands: Pick<Commands, 'may'>,
  refused: (c: Context<Env>, why: string) => void,
): MiddlewareHandler<Env> {
  return async (c, next) => {
    const principal = c.get('principal');
    if (principal.kind !== 'person') return next();
    const may = commands.may(principal.actor, 'view');
    const denied = may.ok ? (OF_BROWSERS.has(c.req.path) ? ONLY_ADMIN : null) : may.error;
    if (denied === null) return next();
    refused(c, denied.message);
    return problem(c, 403, denied.code, denied.message);
  };
}

/** Sign-ins of browsers are the admin's. */
const OF_BROWSERS: ReadonlySet<string> = new Set(['/api/login', '/api/logout', '/api/ticket']);
const ONLY_ADMIN: Refusal = {
  code: 'AO_ACCESS_DENIED',
  message: 'Only the admin signs browsers in and out.',
};

type Agent = Extract<Principal, { session: string }>;

function isAllowed(principal: Agent, method: string, path: string, commands: Commands): boolean {
  // The table shows it only its own.
  if (path === '/api/status' && method === 'GET') return principal.kind === 'orchestrator';
  const match = /^\/api\/sessions(?:\/([^/]+)(\/.*)?)?$/.exec(path);
  if (match === null) return false;
  const [, name, rest = ''] = match;
  // Listing shows an orchestrator only its own; see the route.
  if (name === undefined)
    return principal.kind === 'orchestrator' && (method === 'GET' || method === 'POST');
  const { actor } = principal;
  // Asked first, because this one writes no row: the row is written here, and few of them.
  if (!commands.may(actor, 'view', decode(name)).ok) return false;
  const found = commands.session(actor, decode(name));
  if (!found.ok) return false;
  const fits = (allowed: readonly Allowed[]): boolean =>
    allowed.some((one) => one.method === method && one.rest.test(rest));
  if (found.value.id === principal.session) return fits(OWN);
  return (
    principal.kind === 'orchestrator' && found.value.parent === principal.session && fits(CHILD)
  );
}

/** A name that can't be decoded is no session. */
function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return '';
  }
}
