import type { Refusal } from '../domain/session/decision.ts';
import { nearestMode } from '../domain/session/permission-mode.ts';
import type { PermissionMode } from '../domain/session/session.ts';
import type { Result } from '../lib/result.ts';
import { ok } from '../lib/result.ts';
import { type CommandParts, refusal } from './parts.ts';

/**
 * The mode an agent is started in. One that somebody asked for by name and the agent does not have is refused; the default of the
 * whole bot falls to the nearest stricter mode, and the session shows that one.
 */
export function permissionsFor(
  parts: CommandParts,
  agent: string,
  wanted: { mode: PermissionMode; byName: boolean },
): Result<PermissionMode, Refusal> {
  const known = parts.plugins.agent(agent).permissionModes;
  const mode = nearestMode(known, wanted.mode);
  if (mode !== null && (mode === wanted.mode || !wanted.byName)) return ok(mode);
  return refusal(
    'AO_UNSUPPORTED',
    `The agent ${agent} has no permission mode "${wanted.mode}". It has: ${known.join(', ')}.`,
  );
}
