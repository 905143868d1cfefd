/** What the tokens of agents may do. Not listed means refused. */

import type { MiddlewareHandler } from 'hono';
import type { Commands } from '../commands/commands.ts';
import type { Principal } from './auth.ts';
import type { Env } from './guards.ts';
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

export function agentsOnlyTheirOwn(commands: Commands): MiddlewareHandler<Env> {
  return async (c, next) => {
    const principal = c.get('principal');
    if (principal.kind === 'admin' || isAllowed(principal, c.req.method, c.req.path, commands)) return next();
    return problem(
      c,
      403,
      'AO_ACCESS_DENIED',
      `The token of ${principal.session} can't do this: an agent may read its own session, open its pull request and report.`,
    );
  };
}

function isAllowed(principal: Exclude<Principal, { kind: 'admin' }>, method: string, path: string, commands: Commands): boolean {
  const match = /^\/api\/sessions(?:\/([^/]+)(\/.*)?)?$/.exec(path);
  if (match === null) return false;
  const [, name, rest = ''] = match;
  // Listing shows an orchestrator only its own; see the route.
  if (name === undefined) return principal.kind === 'orchestrator' && (method === 'GET' || method === 'POST');
  const found = commands.session(decode(name));
  if (!found.ok) return false;
  const fits = (allowed: readonly Allowed[]): boolean => allowed.some((one) => one.method === method && one.rest.test(rest));
  if (found.value.id === principal.session) return fits(OWN);
  return principal.kind === 'orchestrator' && found.value.parent === principal.session && fits(CHILD);
}

/** A name that can't be decoded is no session. */
function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return '';
  }
}
