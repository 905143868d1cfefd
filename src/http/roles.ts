/** What the tokens of agents may do: what the use case of the route says of agents. A route of no use case is refused. */

import type { Context, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { agentMay } from '../commands/agents.ts';
import type { Commands } from '../commands/commands.ts';
import type { SessionView } from '../commands/views.ts';
import type { Refusal } from '../domain/session/decision.ts';
import type { Principal } from './door/auth.ts';
import { type Api, agentRules } from './endpoint.ts';
import type { Env } from './env.ts';
import { problem } from './problem.ts';

export function agentsOnlyTheirOwn(
  app: Api,
  commands: Commands,
  refused: (c: Context<Env>, why: string) => void,
): MiddlewareHandler<Env> {
  return async (c, next) => {
    const principal = c.get('principal');
    if (
      principal.kind === 'admin' ||
      principal.kind === 'person' ||
      isAllowed(app, principal, c, commands)
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

/** Asked here as well as by the use case itself, so that an agent that tries on and on writes few rows. */
function isAllowed(app: Api, principal: Agent, c: Context<Env>, commands: Commands): boolean {
  const route = matchedRoutes(c).find(({ method }) => method === c.req.method);
  const rules = route === undefined ? [] : agentRules(app, c.req.method, route.path);
  if (rules.length === 0) return false;
  const who = {
    session: principal.session,
    orchestrator: principal.kind === 'orchestrator',
  };
  const target = targetOf(principal, c.req.path, commands);
  return rules.every((agents) => agentMay(agents, who, target));
}

/** The session that the address names, if the agent may know of it. */
function targetOf({ actor }: Agent, path: string, commands: Commands): SessionView | null {
  const name = /^\/api\/sessions\/([^/]+)/.exec(path)?.[1];
  if (name === undefined) return null;
  // Asked first, because this one writes no row: the row is written here, and few of them.
  if (!commands.may(actor, 'view', decode(name)).ok) return null;
  const found = commands.session(actor, decode(name));
  return found.ok ? found.value : null;
}

/** A name that can't be decoded is no session. */
function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return '';
  }
}
