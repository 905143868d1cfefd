/** What the use cases about messages to the agent have in common. */
import { allSteers } from '../db/session-store.ts';
import type { Refusal } from '../domain/session/decision.ts';
import type { Command } from '../domain/session/input.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { type CommandParts, decideFor, findSession, refusal } from './parts.ts';
import type { SessionCall } from './use-case.ts';
import { viewSteer } from './view/steers.ts';
import type { SteerView } from './views.ts';

/** Decides, and answers with the message as it is then. */
export function steerCommand(
  { parts, actor, snapshot }: SessionCall,
  steer: string,
  command: Command | Refusal,
): Result<SteerView, Refusal> {
  if ('code' in command) return err(command);
  const { id } = snapshot.session;
  const done = decideFor(parts, actor, id, command);
  return done.ok ? steerNow(parts, id, steer) : done;
}

function steerNow(parts: CommandParts, session: string, id: string): Result<SteerView, Refusal> {
  const found = findSession(parts, session);
  if (!found.ok) return found;
  const queued = found.value.steers.filter((candidate) => candidate.state === 'queued');
  const wanted =
    found.value.steers.find((candidate) => candidate.id === id) ??
    allSteers(parts.db, found.value.session.id).find((candidate) => candidate.id === id);
  if (wanted === undefined) return refusal('AO_BAD_REQUEST', 'There is no such message.');
  const position = queued.findIndex((candidate) => candidate.id === id);
  return ok(viewSteer(wanted, position < 0 ? null : position + 1));
}

export const nothingToSay = (text: string): ReturnType<typeof refusal> =>
  refusal(
    'AO_BAD_REQUEST',
    text.trim() === ''
      ? 'The message is empty.'
      : 'The message has only invisible characters, so nothing was sent.',
  );
