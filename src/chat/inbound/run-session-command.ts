/** Typed commands on one session. A verb without its line here doesn't compile. */
import type { Commands, Outcome } from '../../commands/commands.ts';
import type { SessionView } from '../../commands/views.ts';
import type { Refusal } from '../../domain/session/decision.ts';
import type { Actor } from '../../domain/session/ids.ts';
import { parseDuration } from '../../lib/duration.ts';
import type { Result } from '../../lib/result.ts';
import type { ChatReply } from '../../slots/chat.ts';
import { agentNames } from '../answers/forms.ts';
import type { Asker, InboundDeps } from '../answers/inbound-deps.ts';
import { prReply } from '../answers/pr-answer.ts';
import { refused, say } from '../answers/refusals.ts';
import { showReply } from '../answers/status-answer.ts';
import { threadsReply } from '../answers/threads-reply.ts';
import { attachReply, diffReply, logsReply } from '../answers/work-answers.ts';
import type { SessionTextVerb, SessionVerb } from '../grammar/command-table.ts';
import type { MergeMethod, ParsedCommand } from '../grammar/parsed-command.ts';
import { duration, oneLine, ordinal, person } from '../words/wording.ts';
import { answerWithFiles, saveFiles, sentWithout, tellAgent } from './run-reply.ts';
import { replyThread, resolveThread } from './typed-threads.ts';

const LOG_LINES = 200;

type SessionCommand = Extract<ParsedCommand, { verb: SessionVerb | SessionTextVerb | 'merge' }>;

export async function runSessionCommand(
  command: SessionCommand,
  asker: Asker,
  deps: InboundDeps,
): Promise<ChatReply> {
  const name = command.session ?? asker.session;
  if (name === null) return say("Which session? Name it, or write in the session's thread.");
  const found = deps.commands.session(asker.actor, name);
  if (!found.ok) return refused(found.error, deps, asker, command);
  const session = found.value;
  const { verb } = command;
  if (isLook(verb)) return LOOKS[verb](session, asker, deps);
  const outcome = await ACTS[verb]({
    commands: deps.commands,
    actor: asker.actor,
    session,
    id: session.id,
    text: 'text' in command ? command.text : null,
    method: 'method' in command ? command.method : null,
    asker,
    deps,
  });
  if (!outcome.ok) return refused(outcome.error, deps, asker);
  // In the session's own thread the timeline tells what happened.
  const line = asker.session === session.id ? '' : outcome.value;
  const words = [line, outcome.aside ?? ''].filter((part) => part !== '').join(' ');
  return words === '' ? {} : say(words);
}

type Look = (
  session: SessionView,
  asker: Asker,
  deps: InboundDeps,
) => ChatReply | Promise<ChatReply>;
type LookVerb = 'show' | 'pr' | 'logs' | 'diff' | 'threads' | 'attach';

const LOOKS: { readonly [V in LookVerb]: Look } = {
  show: (session, asker, deps) => showReply(session, deps.now(), deps.links(asker.platform)),
  pr: (session) => prReply(session),
  logs: ({ id }, asker, deps) =>
    answered(deps.commands.logs(asker.actor, id, LOG_LINES), asker, deps, (logs) =>
      logsReply(id, logs),
    ),
  diff: ({ id }, asker, deps) =>
    answered(deps.commands.diff(asker.actor, id), asker, deps, (diff) => diffReply(id, diff)),
  threads: (session, asker, deps) =>
    answered(deps.commands.threads(asker.actor, session.id), asker, deps, (threads) =>
      threadsReply(session, threads),
    ),
  attach: ({ id }, asker, deps) =>
    answered(deps.commands.attach(asker.actor, id), asker, deps, (attach) =>
      attachReply(id, attach),
    ),
};

const isLook = (verb: SessionCommand['verb']): verb is LookVerb => Object.hasOwn(LOOKS, verb);

async function answered<T>(
  outcome: Result<T, Refusal> | Outcome<T>,
  asker: Asker,
  deps: InboundDeps,
  reply: (value: T) => ChatReply,
): Promise<ChatReply> {
  const result = await outcome;
  return result.ok ? reply(result.value) : refused(result.error, deps, asker);
}

/** What was done, in a line for people outside the thread; `aside` is for the person wherever they are. */
type Done = Promise<Result<string, Refusal> & { readonly aside?: string }>;

interface Act {
  readonly commands: Commands;
  readonly actor: Actor;
  readonly session: SessionView;
  readonly id: string;
  readonly text: string | null;
  readonly method: MergeMethod | null;
  readonly asker: Asker;
  readonly deps: InboundDeps;
}

const ACTS: { readonly [V in Exclude<SessionCommand['verb'], LookVerb>]: (act: Act) => Done } = {
  send: ({ id, text, asker, deps }) => sent(tellAgent(text ?? '', id, false, asker, deps), id),
  now: ({ id, text, asker, deps }) => sent(tellAgent(text ?? '', id, true, asker, deps), id),
  answer: ({ id, session, text, asker, deps }) =>
    told(answerTyped(session, text ?? '', asker, deps), `${id} has your answer.`),
  interrupt: ({ id, text, actor, commands }) =>
    told(commands.interrupt(actor, id, text), `${id} was interrupted.`),
  stop: ({ id, actor, commands }) =>
    told(commands.stop(actor, id), `${id} stopped. It waits for a reply or  /ao resume ${id}`),
  kill: ({ id, text, actor, commands }) =>
    told(commands.kill(actor, id, text), `${id} is killed. Undo:  /ao undo ${id}`),
  undo: ({ id, actor, commands }) => told(commands.undo(actor, id), `${id} is back.`),
  restore: ({ id, text, actor, commands }) =>
    told(commands.restore(actor, id, text), `${id} is being restored.`),
  pause: ({ id, text, actor, commands }) =>
    told(commands.pause(actor, id, text), `${id} is paused. Go on:  /ao resume ${id}`),
  resume: ({ id, actor, commands }) => told(commands.resume(actor, id), `${id} continues.`),
  done: ({ id, actor, commands }) => told(commands.done(actor, id), `${id} is finished.`),
  merge: ({ id, actor, commands, method }) =>
    told(commands.merge(actor, id, { sha: null, base: null, method }), `${id} is being merged.`),
  rerun: ({ id, actor, commands }) =>
    told(commands.rerun(actor, id), `The failed checks of ${id} run again.`),
  comment: ({ id, session, text, asker, deps }) =>
    told(
      replyThread(session, text ?? '', asker, deps),
      `Your reply goes to the pull request of ${id}.`,
    ),
  resolve: ({ id, session, text, asker, deps }) =>
    told(resolveThread(session, text, asker, deps), `Being resolved at the pull request of ${id}.`),
  approve: ({ id, session, text, asker, deps }) =>
    told(review('approve', session, text, asker, deps), `${id} is approved.`),
  changes: ({ id, session, text, asker, deps }) =>
    told(review('request_changes', session, text, asker, deps), `${id} has your request.`),
  ack: ({ id, actor, commands }) =>
    told(commands.acknowledge(actor, id, null), `You take care of ${id}.`),
  snooze: ({ id, text, asker, deps }) => snooze(id, text, asker, deps),
  follow: ({ id, actor, commands }) =>
    heard(
      commands.listen(actor, id, 'all'),
      `Every reply in the thread of ${id} goes to its agent.`,
    ),
  unfollow: ({ id, actor, commands }) =>
    heard(
      commands.listen(actor, id, 'mentions'),
      `In the thread of ${id} only what is said to ao by its name goes to the agent.`,
    ),
  mute: ({ id, actor, commands }) => told(commands.mute(actor, id, true), `${id} is muted.`),
  unmute: ({ id, actor, commands }) =>
    told(commands.mute(actor, id, false), `${id} is no longer muted.`),
  handoff: ({ session, text, asker, deps }) => handOver(session, text ?? '', asker, deps),
};

const SNOOZE = '30m';
const LONGEST_SNOOZE = 7 * 24 * 60;

async function snooze(id: string, text: string | null, asker: Asker, deps: InboundDeps): Done {
  const ms = parseDuration(text ?? SNOOZE);
  const minutes = Math.round((ms ?? 0) / 60_000);
  if (minutes < 1 || minutes > LONGEST_SNOOZE)
    return {
      ok: false,
      error: {
        code: 'AO_BAD_REQUEST',
        message: `For how long? Between a minute and 7 days:  /ao snooze ${id} 2h`,
      },
    };
  return told(
    deps.commands.snooze(asker.actor, id, null, minutes),
    `${id} asks again in ${duration(minutes * 60_000)}.`,
  );
}

/** Nothing in the thread tells of it, so it is said there, too. */
const heard = async <T>(outcome: Outcome<T>, line: string): Done => {
  const result = await outcome;
  return result.ok ? { ok: true, value: '', aside: line } : result;
};

const told = async <T>(outcome: Outcome<T>, line: string): Done => {
  const result = await outcome;
  return result.ok ? { ok: true, value: line } : result;
};

async function sent(outcome: ReturnType<typeof tellAgent>, id: string): Done {
  const result = await outcome;
  if (!result.ok) return result;
  const { steer, missing } = result.value;
  return {
    ok: true,
    value:
      steer.position === null
        ? `Sent to ${id}.`
        : `Queued for ${id}, ${ordinal(steer.position)} in line.`,
    ...(missing.length === 0 ? {} : { aside: sentWithout(missing) }),
  };
}

/** The words of an option choose it; anything else is a free text, and so is whatever comes with files. */
async function answerTyped(
  session: SessionView,
  text: string,
  asker: Asker,
  deps: InboundDeps,
): Outcome<SessionView> {
  const waiting = session.openRequests.filter((request) => request.answer === null);
  const open = waiting.length === 1 ? (waiting[0] ?? null) : null;
  const answer = (option: string | null, words: string | null): Outcome<SessionView> =>
    deps.commands.answer(asker.actor, session.id, open?.id ?? null, { option, text: words });
  if (open !== null && asker.files.length > 0) {
    if (!open.freeText) return { ok: false, error: NO_FILES };
    const files = await saveFiles(session.id, asker, deps);
    if (!files.ok) return files;
    const { paths, missing } = files.value;
    // An answer can be given once only, so it waits until it is whole.
    return missing.length === 0
      ? answer(null, answerWithFiles(text, paths))
      : {
          ok: false,
          error: { code: 'AO_UPSTREAM', message: `Not answered. ${missing.join(' ')}` },
        };
  }
  const wanted = text.trim().toLowerCase();
  const option =
    open?.options.find(
      (one) => one.label.toLowerCase() === wanted || one.id.toLowerCase() === wanted,
    ) ?? null;
  return option === null ? answer(null, text) : answer(option.id, null);
}

const NO_FILES: Refusal = {
  code: 'AO_BAD_REQUEST',
  message:
    'Not answered: this question takes one of its options, which can carry no files. Answer it without them, and send the files in a message.',
};

function review(
  decision: 'approve' | 'request_changes',
  session: SessionView,
  text: string | null,
  asker: Asker,
  deps: InboundDeps,
): Outcome<SessionView> {
  return deps.commands.review(asker.actor, session.id, {
    decision,
    text: text ?? '',
    file: null,
    line: null,
    sha: null,
    base: null,
    key: asker.key,
  });
}

/** `codex`, `codex look at the login first`, `@lee`. */
async function handOver(session: SessionView, text: string, asker: Asker, deps: InboundDeps): Done {
  const [first = '', words = ''] = /^(\S+)\s*([\s\S]*)$/.exec(text.trim())?.slice(1) ?? [];
  const agents = agentNames(asker, deps);
  const agent = agents.find((name) => name.toLowerCase() === first.toLowerCase());
  if (agent !== undefined)
    return told(
      deps.commands.changeAgent(asker.actor, session.id, {
        agent,
        model: null,
        words: words === '' ? null : words,
      }),
      `${session.id} continues with ${agent}.`,
    );
  const to = deps.people.find(asker.platform, text);
  if (to === null)
    return {
      ok: false,
      error: {
        code: 'AO_BAD_REQUEST',
        message: `"${oneLine(text, 60)}" is neither an agent nor a person ao knows. The agents are ${agents.join(', ')}; a person is named like this:  /ao handoff ${session.id} @lee`,
      },
    };
  return told(
    deps.commands.handOver(asker.actor, session.id, to),
    `${session.id} belongs to ${person(to)} now.`,
  );
}
