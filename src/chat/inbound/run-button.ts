/** Buttons on one session. A verb without its line in one of the tables doesn't compile. */
import type { Outcome } from '../../commands/commands.ts';
import type { ThreadView } from '../../commands/view/review.ts';
import type { SessionView } from '../../commands/views.ts';
import type { Refusal } from '../../domain/session/decision.ts';
import type { Result } from '../../lib/result.ts';
import type { ChatReply } from '../../slots/chat.ts';
import {
  agentNames,
  handoffForm,
  interruptForm,
  otherAnswerForm,
  replyForm,
  replyThreadForm,
} from '../answers/forms.ts';
import type { Asker, InboundDeps } from '../answers/inbound-deps.ts';
import { prReply } from '../answers/pr-answer.ts';
import { refused } from '../answers/refusals.ts';
import { moreReply, showReply } from '../answers/status-answer.ts';
import { threadOfButton, threadsReply } from '../answers/threads-reply.ts';
import {
  attachReply,
  changesReply,
  checkLogReply,
  diffReply,
  logsReply,
} from '../answers/work-answers.ts';
import { type ButtonTarget, type ButtonVerb, isArgument } from '../words/button-id.ts';
import { pinnedReaction } from '../words/pin.ts';
import { type Press, quiet, steerOfButton } from './press.ts';
import { pressAnswer, steerAsAnswer } from './press-answer.ts';
import { pressPinned } from './press-pinned.ts';

const SNOOZE_MINUTES = 30;
const LOG_LINES = 200;
/** Buttons that are about no session, or about one that isn't there yet; run-action.ts. */
export type LooseVerb =
  | 'spawn_form'
  | 'spawn_issue'
  | 'spawn_again'
  | 'run_draft'
  | 'pick_project'
  | 'pick_session'
  | 'send_draft'
  | 'restore_draft'
  | 'raise';

type SessionButtonVerb = Exclude<ButtonVerb, LooseVerb>;

export async function runButton(
  verb: SessionButtonVerb,
  target: ButtonTarget,
  id: string,
  asker: Asker,
  deps: InboundDeps,
): Promise<ChatReply> {
  const found = deps.commands.session(asker.actor, id);
  if (!found.ok) return refused(found.error, deps, asker);
  const press = {
    commands: deps.commands,
    actor: asker.actor,
    session: found.value,
    id: found.value.id,
    arg: target.arg ?? '',
    pin: target.arg,
    asker,
    deps,
  };
  if (isAsking(verb)) return ASKING[verb](press);
  return quiet(await DOING[verb](press), verb, press.id, asker, deps);
}

type Asking = (press: Press) => ChatReply | Promise<ChatReply>;

/** They show something, ask more, or answer in their own way. */
type AskingVerb =
  | 'show'
  | 'more'
  | 'open_pr'
  | 'diff'
  | 'logs'
  | 'terminal'
  | 'check_log'
  | 'threads'
  | 'changes'
  | 'merge'
  | 'approve'
  | 'request_changes'
  | 'interrupt'
  | 'handoff'
  | 'answer'
  | 'other'
  | 'steer_as_answer'
  | 'reply'
  | 'reply_thread';

const ASKING: { readonly [V in AskingVerb]: Asking } = {
  show: ({ session, asker, deps }) => showReply(session, deps.now(), deps.links(asker.platform)),
  more: ({ session, asker, deps }) => moreReply(session, deps.links(asker.platform)),
  open_pr: ({ session }) => prReply(session),
  diff: (press) =>
    answered(press, press.commands.diff(press.actor, press.id), (diff) =>
      diffReply(press.id, diff),
    ),
  logs: (press) =>
    answered(press, press.commands.logs(press.actor, press.id, LOG_LINES), (logs) =>
      logsReply(press.id, logs),
    ),
  threads: (press) =>
    answered(press, press.commands.threads(press.actor, press.id), (threads) =>
      threadsReply(press.session, threads),
    ),
  changes: (press) =>
    answered(press, press.commands.changes(press.actor, press.id, press.arg), (changes) =>
      changesReply(press.id, changes),
    ),
  terminal: (press) =>
    answered(press, press.commands.attach(press.actor, press.id), (attach) =>
      attachReply(press.id, attach),
    ),
  check_log: (press) =>
    answered(
      press,
      press.commands.checkLog(press.actor, press.id, checkName(press.arg, press.session)),
      (log) => checkLogReply(press.id, log),
    ),
  merge: (press) => pressPinned('merge', press),
  approve: (press) => pressPinned('approve', press),
  request_changes: (press) => pressPinned('request_changes', press),
  interrupt: ({ id }) => interruptForm(id),
  handoff: handOff,
  answer: pressAnswer,
  other: ({ id, arg }) => otherAnswerForm(id, arg),
  steer_as_answer: steerAsAnswer,
  reply: ({ id, arg }) => replyForm(id, arg),
  reply_thread: (press) => replyThreadForm(press.session, press.arg, threadsOf(press)),
};

const isAsking = (verb: SessionButtonVerb): verb is AskingVerb => Object.hasOwn(ASKING, verb);

/** They do one thing; nothing is answered when it is done. */
const DOING: {
  readonly [V in Exclude<SessionButtonVerb, AskingVerb>]: (press: Press) => Outcome<unknown>;
} = {
  stop: ({ commands, actor, id }) => commands.stop(actor, id),
  kill: ({ commands, actor, id }) => commands.kill(actor, id, null),
  undo: ({ commands, actor, id }) => commands.undo(actor, id),
  restore: ({ commands, actor, id }) => commands.restore(actor, id, null),
  pause: ({ commands, actor, id }) => commands.pause(actor, id, null),
  resume: ({ commands, actor, id }) => commands.resume(actor, id),
  start: ({ commands, actor, id }) => commands.resume(actor, id),
  done: ({ commands, actor, id }) => commands.done(actor, id),
  rerun: ({ commands, actor, id }) => commands.rerun(actor, id),
  ready: ({ commands, actor, id }) => commands.runReaction(actor, id, 'draft-done'),
  mute: ({ commands, actor, id }) => commands.mute(actor, id, true),
  unmute: ({ commands, actor, id }) => commands.mute(actor, id, false),
  retry_steer: ({ commands, actor, id, arg, session }) =>
    commands.retrySteer(actor, id, steerOfButton(arg, session)),
  remove_steer: ({ commands, actor, id, arg, session }) =>
    commands.removeSteer(actor, id, steerOfButton(arg, session)),
  steer_now: ({ commands, actor, id, arg, session }) =>
    commands.sendSteerNow(actor, id, steerOfButton(arg, session)),
  ack: ({ commands, actor, id, arg }) => commands.acknowledge(actor, id, arg === '' ? null : arg),
  snooze: ({ commands, actor, id, arg }) => commands.snooze(actor, id, arg, SNOOZE_MINUTES),
  react({ commands, actor, id, arg, session }) {
    const { key, ...seen } = pinnedReaction(arg, id, session.pr);
    return commands.runReaction(actor, id, key, seen);
  },
  resolve_thread: (press) =>
    press.commands.resolveThread(
      press.actor,
      press.id,
      threadOfButton(press.arg, threadsOf(press)),
    ),
};

async function answered<T>(
  { asker, deps }: Press,
  outcome: Result<T, Refusal> | Outcome<T>,
  reply: (value: T) => ChatReply,
): Promise<ChatReply> {
  const result = await outcome;
  return result.ok ? reply(result.value) : refused(result.error, deps, asker);
}

const checkName = (arg: string, session: SessionView): string =>
  session.pr?.checks.items.find((check) => isArgument(arg, check.name))?.name ?? arg;

async function handOff(press: Press): Promise<ChatReply> {
  const { commands, actor, session, id, arg, asker, deps } = press;
  const agent = agentNames(asker, deps).find((name) => isArgument(arg, name));
  return agent === undefined
    ? handoffForm(session, asker, deps)
    : quiet(
        await commands.changeAgent(actor, id, { agent, model: null, words: null }),
        'handoff',
        id,
        asker,
        deps,
      );
}

const threadsOf = ({ commands, actor, id }: Press): readonly ThreadView[] => {
  const listed = commands.threads(actor, id);
  return listed.ok ? listed.value : [];
};
