import { err } from '../../lib/result.ts';
import { agentMissing } from '../agent-missing.ts';
import { decideFor } from '../parts.ts';
import { permissionsFor } from '../permissions.ts';
import { ofSession, type SessionCall } from '../use-case.ts';

interface Wanted {
  readonly agent: string;
  readonly model: string | null;
  /** For the new agent. */
  readonly words: string | null;
}

/** Another agent continues in the same worktree, with a summary. Refused before anything changes when its program is not there. */
export const changeAgent = ofSession({
  name: 'changeAgent',
  when: 'later',
  verb: 'spawn',
  agents: 'nobody',
  action: 'change_agent',
  detail: ({ agent }) => `to ${agent}`,
  async run({ parts, actor, snapshot: { session } }: SessionCall, request: Wanted) {
    const missing = await agentMissing(parts, request.agent);
    if (missing !== null) return err(missing);
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
  },
});
