/** Button presses and menu choices to use cases. A button may be old: each is checked against the session as it is now. */
import type { Outcome } from '../../commands/commands.ts';
import type { SessionView, ThreadView } from '../../commands/views.ts';
import type { ChatReply } from '../../slots/chat.ts';
import {
  attachReply,
  changesReply,
  checkLogReply,
  diffReply,
  logsReply,
  moreReply,
  prReply,
  showReply,
} from '../answers/answers.ts';
import { raiseForm } from '../answers/budgets.ts';
import {
  agentNames,
  handoffForm,
  interruptForm,
  otherAnswerForm,
  replyForm,
  replyThreadForm,
  requestChangesForm,
  spawnForm,
} from '../answers/forms.ts';
import type { Asker, Draft, InboundDeps } from '../answers/inbound-deps.ts';
import { alreadyDone, refused, say, stalePress } from '../answers/refusals.ts';
import { threadOfButton, threadsReply } from '../answers/threads-reply.ts';
import { findAnswer } from '../thread/request-card.ts';
import { type ButtonTarget, isArgument, parseButtonId } from '../words/button-id.ts';
import { button, buttons, whisper } from '../words/message.ts';
import { type PinnedVerb, pinnedReaction } from '../words/pin.ts';
import { escapeMarkdown, person } from '../words/wording.ts';
import { runCommand } from './run-command.ts';
import { answerWithFiles } from './run-reply.ts';

const SNOOZE_MINUTES = 30;
const LOG_LINES = 200;
const TOO_OLD = 'This button is too old: what it was for is over.';

export async function runAction(
  input: { readonly action: string; readonly value: string | null },
  asker: Asker,
  deps: InboundDeps,
): Promise<ChatReply> {
  const target = parseButtonId(input.action);
  if (target === null) return say(TOO_OLD);
  switch (target.verb) {
    case 'spawn_form':
      return spawnForm(asker, deps, { text: null });
    case 'spawn_issue':
      return runCommand(
        {
          ...EMPTY_SPAWN,
          project: target.session,
          issues: target.arg === null ? [] : [target.arg],
        },
        asker,
        deps,
      );
    case 'spawn_again':
    case 'pick_project':
    case 'pick_session':
    case 'send_draft':
    case 'restore_draft':
      return runDraft(target, input.value, asker, deps);
    case 'raise':
      return raiseForm(target.session, target.arg, asker, deps);
    default:
      return target.session === null
        ? say(TOO_OLD)
        : runOnSession(target, target.session, asker, deps);
  }
}

const EMPTY_SPAWN = {
  verb: 'spawn',
  issues: [],
  text: null,
  project: null,
  agent: null,
  model: null,
  base: null,
  prompt: null,
  plan: false,
  again: false,
} as const;

async function runDraft(
  target: ButtonTarget,
  value: string | null,
  asker: Asker,
  deps: InboundDeps,
): Promise<ChatReply> {
  const draft = target.arg === null ? null : deps.drafts.find(target.arg);
  if (draft === null) return say('This is too old to go on with. Please say it again.');
  if (draft.type === 'message') return runMessageDraft(draft, target, asker, deps);
  if (target.verb === 'spawn_again') return runCommand(draft.command, asker, deps);
  if (value === null) return say(TOO_OLD);
  const { command } = draft;
  if (target.verb === 'pick_project' && 'project' in command)
    return runCommand({ ...command, project: value }, asker, deps);
  if (target.verb === 'pick_session' && 'session' in command)
    return runCommand({ ...command, session: value }, asker, deps);
  return say(TOO_OLD);
}

async function runMessageDraft(
  draft: Extract<Draft, { type: 'message' }>,
  target: ButtonTarget,
  asker: Asker,
  deps: InboundDeps,
): Promise<ChatReply> {
  const { commands } = deps;
  if (target.verb === 'restore_draft')
    return quiet(
      await commands.restore(asker.actor, draft.session, draft.text),
      'restore',
      draft.session,
      asker,
      deps,
    );
  const sent = await commands.send(asker.actor, draft.session, {
    text: draft.text,
    files: draft.files,
    now: false,
    source: null,
    key: asker.key,
  });
  return quiet(sent, 'send', draft.session, asker, deps);
}

/** Nothing on success: the thread shows it. A refusal becomes the name of whoever was faster, if somebody was. */
function quiet<T>(
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

async function runOnSession(
  target: ButtonTarget,
  id: string,
  asker: Asker,
  deps: InboundDeps,
): Promise<ChatReply> {
  const found = deps.commands.session(asker.actor, id);
  if (!found.ok) return refused(found.error, deps, asker);
  const looked = await runLooking(target, found.value, asker, deps);
  return looked ?? runChanging(target, found.value, asker, deps);
}

const LOOKING: ReadonlySet<string> = new Set([
  'show',
  'more',
  'open_pr',
  'diff',
  'logs',
  'terminal',
  'check_log',
  'threads',
  'changes',
]);

async function runLooking(
  target: ButtonTarget,
  session: SessionView,
  asker: Asker,
  deps: InboundDeps,
): Promise<ChatReply | null> {
  if (!LOOKING.has(target.verb)) return null;
  const { commands } = deps;
  const answer = async <T>(
    outcome: Outcome<T>,
    reply: (value: T) => ChatReply,
  ): Promise<ChatReply> => {
    const result = await outcome;
    return result.ok ? reply(result.value) : refused(result.error, deps, asker);
  };
  switch (target.verb) {
    case 'show':
      return showReply(session, deps.now(), deps.links(asker.platform));
    case 'more':
      return moreReply(session, deps.links(asker.platform));
    case 'open_pr':
      return prReply(session);
    case 'diff':
      return answer(commands.diff(asker.actor, session.id), (diff) => diffReply(session.id, diff));
    case 'logs':
      return answer(commands.logs(asker.actor, session.id, LOG_LINES), (logs) =>
        logsReply(session.id, logs),
      );
    case 'threads':
      return answer(Promise.resolve(commands.threads(asker.actor, session.id)), (threads) =>
        threadsReply(session, threads),
      );
    case 'changes':
      return answer(commands.changes(asker.actor, session.id, target.arg ?? ''), (changes) =>
        changesReply(session.id, changes),
      );
    case 'terminal':
      return answer(commands.attach(asker.actor, session.id), (attach) =>
        attachReply(session.id, attach),
      );
    default:
      return answer(
        commands.checkLog(asker.actor, session.id, checkName(target.arg ?? '', session)),
        (log) => checkLogReply(session.id, log),
      );
  }
}

const checkName = (arg: string, session: SessionView): string =>
  session.pr?.checks.items.find((check) => isArgument(arg, check.name))?.name ?? arg;

async function runChanging(
  target: ButtonTarget,
  session: SessionView,
  asker: Asker,
  deps: InboundDeps,
): Promise<ChatReply> {
  const { commands } = deps;
  const { actor } = asker;
  const { id } = session;
  const arg = target.arg ?? '';
  const done = async <T>(outcome: Outcome<T>): Promise<ChatReply> =>
    quiet(await outcome, target.verb, id, asker, deps);
  switch (target.verb) {
    case 'merge':
    case 'approve':
    case 'request_changes':
      return runPinned(target.verb, target.arg, session, asker, deps);
    case 'stop':
      return done(commands.stop(actor, id));
    case 'interrupt':
      return interruptForm(id);
    case 'kill':
      return done(commands.kill(actor, id, null));
    case 'undo':
      return done(commands.undo(actor, id));
    case 'restore':
      return done(commands.restore(actor, id, null));
    case 'pause':
      return done(commands.pause(actor, id, null));
    case 'resume':
    case 'start':
      return done(commands.resume(actor, id));
    case 'handoff': {
      const agent = agentNames(asker, deps).find((name) => isArgument(arg, name));
      return agent === undefined
        ? handoffForm(session, asker, deps)
        : done(commands.changeAgent(actor, id, { agent, model: null, words: null }));
    }
    case 'done':
      return done(commands.done(actor, id));
    case 'rerun':
      return done(commands.rerun(actor, id));
    case 'mute':
    case 'unmute':
      return done(commands.mute(actor, id, target.verb === 'mute'));
    case 'answer':
      return runAnswer(arg, session, asker, deps);
    case 'other':
      return otherAnswerForm(id, arg);
    case 'retry_steer':
      return done(commands.retrySteer(actor, id, steerOfButton(arg, session)));
    case 'remove_steer':
      return done(commands.removeSteer(actor, id, steerOfButton(arg, session)));
    case 'steer_now':
      return done(commands.sendSteerNow(actor, id, steerOfButton(arg, session)));
    case 'steer_as_answer':
      return steerAsAnswer(steerOfButton(arg, session), session, asker, deps);
    case 'ack':
      return done(commands.acknowledge(actor, id, arg === '' ? null : arg));
    case 'snooze':
      return done(commands.snooze(actor, id, arg, SNOOZE_MINUTES));
    case 'react': {
      const { key, ...seen } = pinnedReaction(arg, id, session.pr);
      return done(commands.runReaction(actor, id, key, seen));
    }
    case 'reply':
      return replyForm(id, arg);
    case 'reply_thread':
      return replyThreadForm(session, arg, threadsOf(id, asker, deps));
    case 'resolve_thread':
      return done(
        commands.resolveThread(actor, id, threadOfButton(arg, threadsOf(id, asker, deps))),
      );
    default:
      return say(TOO_OLD);
  }
}

/** The message a button means; one that is through is not in the view any more. */
const steerOfButton = (arg: string, session: SessionView): string =>
  session.steers.find((steer) => isArgument(arg, steer.id))?.id ?? arg;

const threadsOf = (id: string, asker: Asker, deps: InboundDeps): readonly ThreadView[] => {
  const listed = deps.commands.threads(asker.actor, id);
  return listed.ok ? listed.value : [];
};

/** The button was made for one head commit and base; on any other it does nothing. */
async function runPinned(
  verb: PinnedVerb,
  pin: string | null,
  session: SessionView,
  asker: Asker,
  deps: InboundDeps,
): Promise<ChatReply> {
  const { commands } = deps;
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

async function runAnswer(
  arg: string,
  session: SessionView,
  asker: Asker,
  deps: InboundDeps,
): Promise<ChatReply> {
  const chosen = findAnswer(arg, session.openRequests);
  if (chosen === null) return say('This question is not open any more.');
  const given =
    session.openRequests.find((request) => request.id === chosen.request)?.answer ?? null;
  if (given !== null && given.state !== 'failed')
    return say(`${person(given.by)} answered it already: "${given.text}".`);
  return quiet(
    await deps.commands.answer(asker.actor, session.id, chosen.request, {
      option: chosen.option,
      text: null,
    }),
    'answer',
    session.id,
    asker,
    deps,
  );
}

async function steerAsAnswer(
  id: string,
  session: SessionView,
  asker: Asker,
  deps: InboundDeps,
): Promise<ChatReply> {
  const { commands } = deps;
  const steer = session.steers.find((one) => one.id === id && one.state === 'queued');
  const request = session.openRequests.find((one) => one.answer === null && one.freeText);
  if (steer === undefined || request === undefined)
    return say('Too late: the message is out, or the question is closed.');
  // First out of the queue: the agent must never get the same words twice.
  const removed = await commands.removeSteer(asker.actor, session.id, id);
  if (!removed.ok) return refused(removed.error, deps, asker);
  const answered = await commands.answer(asker.actor, session.id, request.id, {
    option: null,
    text: answerWithFiles(steer.text, steer.files),
  });
  if (answered.ok) return {};
  const draft = deps.drafts.keep({
    type: 'message',
    session: session.id,
    text: steer.text,
    files: steer.files,
  });
  const words = `${answered.error.message} Your message is not in the queue any more.`;
  return whisper(
    words,
    escapeMarkdown(words),
    buttons([button('Send it to the agent', 'send_draft', null, draft)]),
  );
}
