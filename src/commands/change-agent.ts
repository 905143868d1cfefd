import type { Actor } from '../domain/session/ids.ts';
import { err } from '../lib/result.ts';
import { agentMissing } from './agent-missing.ts';
import type { Outcome } from './commands.ts';
import { authorized, type CommandParts, decideFor } from './parts.ts';
import { permissionsFor } from './permissions.ts';
import type { SessionView } from './views.ts';

/** Lets another agent go on. Refused before anything changes when its program is not there. */
export async function changeAgent(
  parts: CommandParts,
  actor: Actor,
  name: string,
  request: { agent: string; model: string | null; words: string | null },
): Outcome<SessionView> {
  const found = authorized(parts, actor, name, 'spawn', 'change_agent');
  if (!found.ok) return found;
  const missing = await agentMissing(parts, request.agent);
  if (missing !== null) return err(missing);
  const { session } = found.value;
  const permissions = permissionsFor(parts, request.agent, {
    mode: session.permissions,
    byName: false,
  });
  if (!permissions.ok) return permissions;
  const project = parts.plugins.project(session.project);
  return decideFor(parts, actor, session.id, {
    type: 'change_agent',
    agent: request.agent,
    // The project's model is one of its own agent.
    model: request.model ?? (request.agent === project.agent ? project.model : null),
    permissions: permissions.value,
    words: request.words,
  });
}
