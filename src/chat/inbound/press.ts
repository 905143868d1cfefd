/** One press of a button on a session, and what is said when it could not be done. */
import type { Commands, Outcome } from '../../commands/commands.ts';
import type { SessionView } from '../../commands/views.ts';
import type { Actor } from '../../domain/session/ids.ts';
import type { ChatReply } from '../../slots/chat.ts';
import type { Asker, InboundDeps } from '../answers/inbound-deps.ts';
import { alreadyDone, refused, say } from '../answers/refusals.ts';
import { isArgument } from '../words/button-id.ts';

export const TOO_OLD = 'This button is too old: what it was for has passed.';

export interface Press {
  readonly commands: Commands;
  readonly actor: Actor;
  readonly session: SessionView;
  readonly id: string;
  /** Empty: the button has none. */
  readonly arg: string;
  readonly pin: string | null;
  readonly asker: Asker;
  readonly deps: InboundDeps;
}

/** Nothing on success: the thread shows it. A refusal becomes the name of whoever was faster, if somebody was. */
export function quiet<T>(
  result: Awaited<Outcome<T>>,
  verb: string,
  session: string,
  asker: Asker,
  deps: InboundDeps,
): ChatReply {
  if (result.ok) return {};
  const now = deps.commands.session(asker.actor, session);
  const faster =
    now.ok && RACY.has(result.error.code) ? alreadyDone(verb, now.value, deps.now()) : null;
  return faster === null ? refused(result.error, deps, asker) : say(faster);
}

const RACY: ReadonlySet<string> = new Set([
  'AO_STATE',
  'AO_STALE',
  'AO_NO_PULL_REQUEST',
  'AO_GATE_CLOSED',
]);

/** The message a button means; one that is through is not in the view any more. */
export const steerOfButton = (arg: string, session: SessionView): string =>
  session.steers.find((steer) => isArgument(arg, steer.id))?.id ?? arg;
