import type { ChatReply } from '../../slots/chat.ts';
import { requestChangesForm } from '../answers/forms.ts';
import { alreadyDone, say, stalePress } from '../answers/refusals.ts';
import type { PinnedVerb } from '../words/pin.ts';
import { type Press, quiet, TOO_OLD } from './press.ts';

/** The button was made for one head commit and base; on any other it does nothing. */
export async function pressPinned(
  verb: PinnedVerb,
  { commands, session, pin, asker, deps }: Press,
): Promise<ChatReply> {
  const { id, pr } = session;
  const moved = stalePress(verb, pin, session);
  if (moved !== null) return moved;
  if (verb === 'request_changes')
    return session.outcome === null && pr?.state !== 'merged'
      ? requestChangesForm(session, pin)
      : say(alreadyDone(verb, session, deps.now()) ?? TOO_OLD);
  // What the button was for is what there is now, unless that changes in this moment.
  const sha = pin === null ? null : (pr?.headSha ?? null);
  const base = pin === null ? null : (pr?.base ?? null);
  const outcome =
    verb === 'merge'
      ? await commands.merge(asker.actor, id, { sha, base, method: null })
      : await commands.review(asker.actor, id, {
          decision: 'approve',
          text: '',
          file: null,
          line: null,
          sha,
          base,
          key: asker.key,
        });
  if (!outcome.ok && outcome.error.code === 'AO_STALE') {
    const now = commands.session(asker.actor, id);
    const later = now.ok ? stalePress(verb, pin, now.value) : null;
    if (later !== null) return later;
  }
  return quiet(outcome, verb, id, asker, deps);
}
