import { randomUUID } from 'node:crypto';
import { readEvents, type StoredEvent } from '../../db/event-store.ts';
import type { Db } from '../../db/open.ts';
import { allSteers } from '../../db/session-store.ts';
import type { Handover, Snapshot } from '../../domain/session/session.ts';
import { handoverNote } from '../../domain/text/handover-note.ts';
import { PluginError } from '../../slots/errors.ts';
import type { Handler } from '../outbox-parts.ts';
import { type EffectParts, effectHandler, type Run } from './effect-handler.ts';

/** Events of a session that are looked through for its agent's last words. */
const LOOKED_AT = 1_000;
const TOOLS = 15;

/** Writes the summary for an agent that takes over. Reads only, so that it may run any number of times. */
export function handoverEffects(
  parts: EffectParts & { readonly db: Db },
): Readonly<Record<string, Handler>> {
  const write: Run<'write_handover'> = async (effect, snapshot) => {
    const handover = snapshot.session.handovers[effect.handover - 1];
    if (handover === undefined) return { type: 'done' };
    const events = ofLastAgent(
      readEvents(parts.db, { session: snapshot.session.id, limit: LOOKED_AT }),
      handover,
    );
    const said = events.flatMap(({ event }) =>
      event.type === 'agent.turn_ended' && event.text !== null ? [event.text] : [],
    );
    const tools = events
      .flatMap(({ event }) => (event.type === 'agent.tool' ? [event.summary] : []))
      .slice(-TOOLS);
    const steers = allSteers(parts.db, snapshot.session.id);
    const text = handoverNote({
      snapshot,
      handover,
      steers,
      said,
      tools,
      diffStat: await diffStat(parts, snapshot),
      nonce: randomUUID(),
    });
    return { type: 'handover_written', handover: effect.handover, text: parts.redact(text) };
  };
  return { write_handover: effectHandler(parts, write) };
}

/** What happened since the last hand-over to the agent whose work is summed up. To begin a new conversation of its own is none. */
function ofLastAgent(
  events: readonly StoredEvent[],
  { from, to }: Handover,
): readonly StoredEvent[] {
  const changes = events.flatMap(({ event }, place) =>
    event.type === 'session.agent_changed' ? [place] : [],
  );
  return events.slice(changes.at(from === to ? -1 : -2) ?? 0);
}

/** A summary without it is better than none; the new agent is told to look itself. */
async function diffStat(parts: EffectParts, { session }: Snapshot): Promise<string | null> {
  if (session.workspace === null) return null;
  try {
    return (
      await parts.plugins.workspace(session).diff(session.workspace.path, session.base)
    ).stat.trim();
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    parts.logger.warn(
      { session: session.id, err: error },
      'the diff for a hand-over could not be read',
    );
    return null;
  }
}
