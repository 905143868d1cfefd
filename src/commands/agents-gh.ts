import type { Actor } from '../domain/session/ids.ts';
import type { Snapshot } from '../domain/session/session.ts';
import { type GhAnswer, type GhRequest, NOTHING } from './agent-forge.ts';
import { whosePull } from './agent-pulls.ts';
import { audit, type CommandParts } from './parts.ts';

/** What the gh of an agent asks and tells, of its own session. */
export function agentsGh(
  parts: CommandParts,
  actor: Actor,
  own: Snapshot,
  request: GhRequest,
): GhAnswer {
  const { dispatch, agentForge } = parts;
  const { id } = own.session;
  switch (request.type) {
    case 'whose':
      return { ...NOTHING, whose: whosePull(own, dispatch.live(), request) };
    case 'refused':
      audit(parts, actor, 'gh', id, {
        code: 'AO_ACCESS_DENIED',
        message: `gh ${parts.redact(request.line)}: ${request.words}`,
      });
      return NOTHING;
    case 'tell':
      if (request.opened !== undefined)
        dispatch.input(id, {
          type: 'fact',
          fact: { type: 'pr_created', reference: request.opened },
        });
      return agentForge.handle(id, request);
    case 'ask':
      return agentForge.handle(id, request);
  }
}
