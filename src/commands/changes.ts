import { shownPr } from '../domain/session/pr.ts';
import type { Snapshot } from '../domain/session/session.ts';
import { ok } from '../lib/result.ts';
import type { Commands } from './commands.ts';
import { asking, type CommandParts, refusal } from './parts.ts';

/** What came to the session's pull request since a head that somebody looked at. */
export async function changesSince(
  parts: CommandParts,
  snapshot: Snapshot,
  from: string,
): ReturnType<Commands['changes']> {
  const { id, project } = snapshot.session;
  const pr = shownPr(snapshot);
  if (pr === null) return refusal('AO_NO_PULL_REQUEST', `${id} has no pull request.`);
  if (!/^[0-9a-f]{7,64}$/i.test(from))
    return refusal('AO_BAD_REQUEST', 'Say since which commit: its hash, at least 7 digits.');
  const scm = parts.plugins.scm(project);
  const { changes } = scm;
  if (changes === undefined)
    return refusal(
      'AO_UNSUPPORTED',
      'ao can not compare two commits here; look at the whole diff.',
    );
  const patch = await asking('the scm', () => changes.call(scm, pr.key, from, pr.headSha));
  return patch.ok ? ok({ from, to: pr.headSha, patch: parts.redact(patch.value) }) : patch;
}
