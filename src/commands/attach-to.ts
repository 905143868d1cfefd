import type { Refusal } from '../domain/session/decision.ts';
import type { Snapshot } from '../domain/session/session.ts';
import { ok, type Result } from '../lib/result.ts';
import { type CommandParts, refusal } from './parts.ts';
import type { AttachView } from './requests.ts';

/** Refused where no agent runs. */
export function attachTo(
  { plugins }: CommandParts,
  { session, facts: { runtime } }: Snapshot,
): Result<AttachView, Refusal> {
  if (runtime?.handle == null || runtime.state !== 'alive')
    return refusal('AO_STATE', `${session.id} has no running terminal.`);
  return ok(plugins.runtime(session).attach(runtime.handle));
}
