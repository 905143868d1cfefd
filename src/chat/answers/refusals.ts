/** Refusals, privately, in words and with the buttons that help. */

import type { SessionView } from '../../commands/views.ts';
import type { Refusal } from '../../domain/session/decision.ts';
import type { ChatReply } from '../../slots/chat.ts';
import type { GrammarError, ParsedCommand } from '../grammar/parsed-command.ts';
import { buttonId } from '../words/button-id.ts';
import { button, buttons, whisper } from '../words/message.ts';
import { type PinnedVerb, pinState } from '../words/pin.ts';
import { ago, escapeMarkdown, oneLine, people, person, shortSha } from '../words/wording.ts';
import type { Asker, InboundDeps } from './inbound-deps.ts';

/** Any one-line private answer. */
export const say = (line: string): ChatReply => whisper(line, escapeMarkdown(line));

/** The same of something that wasn't done. */
export const sayNo = (line: string): ChatReply => ({ ...say(line), refused: true });

export const grammarReply = (error: GrammarError): ChatReply => say(error.message);

/** `command` lets an ambiguous name be chosen from a menu and carried on with. */
export function refused(
  refusal: Refusal,
  deps: InboundDeps,
  asker: Asker,
  command: ParsedCommand | null = null,
): ChatReply {
  if (command !== null && refusal.code === 'AO_PROJECT_AMBIGUOUS')
    return projectMenu(refusal, command, asker, deps);
  if (command !== null && refusal.code === 'AO_SESSION_AMBIGUOUS')
    return sessionMenu(refusal, command, asker, deps);
  return sayNo(refusal.message);
}

function projectMenu(
  refusal: Refusal,
  command: ParsedCommand,
  asker: Asker,
  deps: InboundDeps,
): ChatReply {
  const listed = deps.commands.projects(asker.actor);
  const options = (listed.ok ? listed.value : [])
    .slice(0, 25)
    .map((project) => ({ value: project.id, label: oneLine(project.name, 70) }));
  if (options.length === 0) return say(refusal.message);
  const { files, source, home, key } = asker;
  const draft = deps.drafts.keep({ type: 'command', command, files, source, home, key });
  return whisper(
    refusal.message,
    escapeMarkdown(refusal.message),
    options.length <= FEW && options.every(({ value }) => value.length <= LONGEST)
      ? buttons(options.map(({ value, label }) => button(label, 'pick_project', value, draft)))
      : [
          {
            type: 'select',
            select: {
              id: buttonId('pick_project', null, draft),
              placeholder: 'Project',
              options,
            },
          },
        ],
  );
}

/** One press each; more of them make a menu. */
const FEW = 5;
/** Of a name that fits into a button's id. */
const LONGEST = 40;

function sessionMenu(
  refusal: Refusal,
  command: ParsedCommand,
  asker: Asker,
  deps: InboundDeps,
): ChatReply {
  const prefix = 'session' in command ? command.session : null;
  if (prefix === null) return say(refusal.message);
  const listed = deps.commands.sessions(asker.actor, { all: true, text: prefix });
  const fits = (listed.ok ? listed.value : [])
    .filter((session) => couldMean(prefix, session.id))
    .slice(0, 25);
  if (fits.length === 0) return say(refusal.message);
  const options = fits.map((session) => ({
    value: session.id,
    label: oneLine(`${session.id} ${session.title}`, 70),
  }));
  const id = buttonId('pick_session', null, deps.drafts.keep({ type: 'command', command }));
  return whisper(refusal.message, escapeMarkdown(refusal.message), [
    { type: 'select', select: { id, placeholder: 'Session', options } },
  ]);
}

/** A prefix of the id, or the number alone. */
const couldMean = (prefix: string, id: string): boolean =>
  id.startsWith(prefix) || id.endsWith(`-${prefix}`);

/** Why a button that approves does nothing: head or base are others than it was made for. Null: they are the same. */
export function stalePress(
  verb: PinnedVerb,
  pin: string | null,
  session: SessionView,
): ChatReply | null {
  const { id, pr } = session;
  if (pin === null || pr === null || pr.state !== 'open') return null;
  const next = session.actions.includes('merge')
    ? 'A new card is below.'
    : 'A new card follows when it is ready again.';
  const state = pinState(pin, verb, id, pr);
  switch (state.type) {
    case 'current':
      return null;
    case 'head': {
      const was = /^[0-9a-f]{7,64}$/.test(state.was) ? shortSha(state.was) : 'an earlier commit';
      return say(
        `${id} moved on: this button was for ${was}, the head is now ${shortSha(pr.headSha)}. ${next}`,
      );
    }
    case 'base':
      return say(
        `${id} moved on: this button was for a merge into ${state.was ?? 'another branch'}, the base is now ${pr.base}. ${next}`,
      );
    case 'old':
      return say(
        `This button is of an earlier version of ao and doesn't say which branch it was for. ${id} goes into ${pr.base} now:  /ao show ${id}  has new buttons.`,
      );
  }
}

/** Somebody else was faster: who, and when. Null when nothing in the view says so. */
export function alreadyDone(verb: string, session: SessionView, now: number): string | null {
  const { outcome, id } = session;
  if (outcome !== null && ENDING.has(verb)) {
    const when = session.endedAt === null ? '' : ` ${ago(session.endedAt, now)}`;
    return `${id} is over: ${OUTCOMES[outcome.cause]} by ${person(outcome.by)}${when}.`;
  }
  if (verb === 'merge' && session.pr?.state === 'merged')
    return `PR #${session.pr.number} is merged already.`;
  if (verb === 'pause' && session.paused !== null)
    return `${id} was paused by ${person(session.paused.by)} already.`;
  if (verb === 'approve' && session.pr?.review.decision === 'approved')
    return `PR #${session.pr.number} was approved by ${people(session.pr.review.approvedBy)} already.`;
  if (verb === 'ack' || verb === 'snooze') {
    const taken = session.escalations.find(
      (escalation) => escalation.acknowledgedBy !== null,
    )?.acknowledgedBy;
    return taken == null ? null : `${person(taken)} takes care of it already.`;
  }
  return null;
}

const ENDING: ReadonlySet<string> = new Set([
  'kill',
  'done',
  'merge',
  'stop',
  'interrupt',
  'pause',
  'resume',
  'rerun',
  'approve',
  'request_changes',
]);
const OUTCOMES = {
  merged: 'merged',
  killed: 'killed',
  done: 'finished',
  terminated: 'ended after its runtime was lost,',
  errored: 'failed and ended',
} as const;
