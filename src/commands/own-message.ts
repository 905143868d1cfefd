import type { Refusal } from '../domain/session/decision.ts';
import type { Command } from '../domain/session/input.ts';
import type { SessionCall } from './use-case.ts';

/**
 * Changes a message that waits for the agent: only its author may, because it stays in the author's name. Whoever may type into
 * the agent's terminal may also take another person's message back; the event names them. Messages of ao itself are nobody's.
 */
export function ofOwnMessage(
  { actor, refusal, snapshot: { steers } }: SessionCall,
  command: Extract<Command, { type: 'edit_steer' | 'remove_steer' }>,
): Command | Refusal {
  const author = steers.find(({ id }) => id === command.steer)?.author;
  const free =
    author === undefined || author.subject === actor.subject || author.subject === 'system:ao';
  if (free) return command;
  if (command.type === 'remove_steer' && refusal('terminal') === null) return command;
  return {
    code: 'AO_STATE',
    message:
      command.type === 'edit_steer'
        ? `That message is ${author.name}'s and stays in that name, so only ${author.name} can change it. Send one of your own.`
        : `That message is ${author.name}'s. Only ${author.name}, or somebody with the right "terminal" (a lead), can take it back.`,
  };
}
