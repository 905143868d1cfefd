/** Typed commands to use cases, and their private answers. */
import type { Outcome, Spawned } from '../../commands/commands.ts';
import type { SessionView } from '../../commands/views.ts';
import type { Refusal } from '../../domain/session/decision.ts';
import { parseDuration } from '../../lib/duration.ts';
import type { Result } from '../../lib/result.ts';
import type { Button, ChatReply } from '../../slots/chat.ts';
import {
  attachReply,
  costReply,
  diffReply,
  issuesReply,
  logsReply,
  projectsReply,
  prReply,
  showReply,
  spawnedLine,
  statusReply,
} from '../answers/answers.ts';
import { budgetsReply } from '../answers/budgets.ts';
import { digestMessage } from '../answers/digest.ts';
import { agentNames, spawnForm } from '../answers/forms.ts';
import { helpMessage } from '../answers/help.ts';
import type { Asker, InboundDeps } from '../answers/inbound-deps.ts';
import { inboxMessage } from '../answers/inbox.ts';
import { quotaReply } from '../answers/quota-reply.ts';
import { refused, say } from '../answers/refusals.ts';
import { threadsReply } from '../answers/threads-reply.ts';
import type { SessionTextVerb, SessionVerb } from '../grammar/command-table.ts';
import type { CostCommand, ParsedCommand, SpawnCommand } from '../grammar/grammar.ts';
import { button, buttons, linkButton, textBlock } from '../words/message.ts';
import { duration, escapeMarkdown, oneLine, ordinal, person, sentence } from '../words/wording.ts';
import { runLink, runUnlink } from './run-link.ts';
import { answerWithFiles, saveFiles, sentWithout, tellAgent } from './run-reply.ts';

const LOG_LINES = 200;

export async function runCommand(
  command: ParsedCommand,
  asker: Asker,
  deps: InboundDeps,
): Promise<ChatReply> {
  const listing = <T>(listed: Result<T, Refusal>, reply: (value: T) => ChatReply): ChatReply =>
    listed.ok ? reply(listed.value) : refused(listed.error, deps, asker, command);
  switch (command.verb) {
    case 'spawn':
      return runSpawn(command, asker, deps);
    case 'status':
      return runStatus(command, asker, deps);
    case 'inbox':
      return listing(deps.commands.inbox(asker.actor, command.all), (items) => ({
        whisper: inboxMessage(items, (id) => viewOf(asker, deps, id), deps.now()),
      }));
    case 'projects':
      return listing(deps.commands.projects(asker.actor), projectsReply);
    case 'issues': {
      const listed = await deps.commands.issues(asker.actor, {
        project: command.project,
        text: command.text,
        state: 'open',
      });
      return listed.ok ? issuesReply(listed.value) : refused(listed.error, deps, asker, command);
    }
    case 'cost':
      return runCost(command, asker, deps);
    case 'budget':
      return listing(deps.commands.budgets(asker.actor), budgetsReply);
    case 'help':
      return { whisper: helpMessage(command.about) };
    case 'adopt': {
      const adopted = await deps.commands.adopt(asker.actor, {
        project: command.project,
        channel: asker.channel,
        pr: command.pr,
        agent: command.agent,
        key: asker.key,
      });
      return adopted.ok
        ? startedReply(adopted.value, asker, deps)
        : refused(adopted.error, deps, asker, command);
    }
    case 'orchestrator': {
      const started = await deps.commands.orchestrate(asker.actor, {
        project: null,
        channel: asker.channel,
        goal: command.text,
        key: asker.key,
      });
      return started.ok
        ? startedReply(started.value, asker, deps)
        : refused(started.error, deps, asker, command);
    }
    case 'link':
      return runLink(command.text, asker, deps);
    case 'unlink':
      return runUnlink(asker, deps);
    case 'quota': {
      const quota = await deps.commands.quota(asker.actor);
      return quota.ok ? quotaReply(quota.value, deps.now()) : refused(quota.error, deps, asker);
    }
    case 'digest':
      return runDigest(asker, deps);
    default:
      return runSessionCommand(command, asker, deps);
  }
}

type SessionCommand = Extract<ParsedCommand, { verb: SessionVerb | SessionTextVerb | 'merge' }>;

async function runSessionCommand(
  command: SessionCommand,
  asker: Asker,
  deps: InboundDeps,
): Promise<ChatReply> {
  const name = command.session ?? asker.session;
  if (name === null) return say("Which session? Name it, or write in the session's thread.");
  const found = deps.commands.session(asker.actor, name);
  if (!found.ok) return refused(found.error, deps, asker, command);
  const session = found.value;
  const reading = await runReading(command.verb, session, asker, deps);
  if (reading !== null) return reading;
  const outcome = await act(command, session, asker, deps);
  if (!outcome.ok) return refused(outcome.error, deps, asker);
  // In the session's own thread the timeline tells what happened.
  const line = asker.session === session.id ? '' : outcome.value;
  const words = [line, outcome.aside ?? ''].filter((part) => part !== '').join(' ');
  return words === '' ? {} : say(words);
}

async function runReading(
  verb: SessionCommand['verb'],
  session: SessionView,
  asker: Asker,
  deps: InboundDeps,
): Promise<ChatReply | null> {
  const { commands } = deps;
  const answer = async <T>(
    outcome: Outcome<T>,
    reply: (value: T) => ChatReply,
  ): Promise<ChatReply> => {
    const result = await outcome;
    return result.ok ? reply(result.value) : refused(result.error, deps, asker);
  };
  switch (verb) {
    case 'show':
      return showReply(session, deps.now(), deps.links(asker.platform));
    case 'pr':
      return prReply(session);
    case 'logs':
      return answer(commands.logs(asker.actor, session.id, LOG_LINES), (logs) =>
        logsReply(session.id, logs),
      );
    case 'diff':
      return answer(commands.diff(asker.actor, session.id), (diff) => diffReply(session.id, diff));
    case 'threads':
      return answer(Promise.resolve(commands.threads(asker.actor, session.id)), (threads) =>
        threadsReply(session, threads),
      );
    case 'attach':
      return answer(commands.attach(asker.actor, session.id), (attach) =>
        attachReply(session.id, attach),
      );
    default:
      return null;
  }
}

/** What was done, in a line for people outside the thread; `aside` is for the person wherever they are. */
type Done = Promise<Result<string, Refusal> & { readonly aside?: string }>;

async function act(
  command: SessionCommand,
  session: SessionView,
  asker: Asker,
  deps: InboundDeps,
): Done {
  const { commands } = deps;
  const { actor } = asker;
  const { id } = session;
  const text = 'text' in command ? command.text : null;
  switch (command.verb) {
    case 'send':
    case 'now':
      return sent(tellAgent(text ?? '', id, command.verb === 'now', asker, deps), id);
    case 'answer':
      return told(answerTyped(session, text ?? '', asker, deps), `${id} has your answer.`);
    case 'interrupt':
      return told(commands.interrupt(actor, id, text), `${id} was interrupted.`);
    case 'stop':
      return told(
        commands.stop(actor, id),
        `${id} stopped. It waits for a reply or  /ao resume ${id}`,
      );
    case 'kill':
      return told(commands.kill(actor, id, text), `${id} is killed. Undo:  /ao undo ${id}`);
    case 'undo':
      return told(commands.undo(actor, id), `${id} is back.`);
    case 'restore':
      return told(commands.restore(actor, id, text), `${id} is being restored.`);
    case 'pause':
      return told(commands.pause(actor, id, text), `${id} is paused. Go on:  /ao resume ${id}`);
    case 'resume':
      return told(commands.resume(actor, id), `${id} goes on.`);
    case 'done':
      return told(commands.done(actor, id), `${id} is finished.`);
    case 'merge':
      return told(
        commands.merge(actor, id, { sha: null, base: null, method: command.method }),
        `${id} is being merged.`,
      );
    case 'rerun':
      return told(commands.rerun(actor, id), `The failed checks of ${id} run again.`);
    case 'comment':
      return told(
        replyThread(session, text ?? '', asker, deps),
        `Your reply goes to the pull request of ${id}.`,
      );
    case 'resolve':
      return told(
        resolveThread(session, text, asker, deps),
        `Being resolved at the pull request of ${id}.`,
      );
    case 'approve':
    case 'changes':
      return told(
        review(command.verb, session, text, asker, deps),
        command.verb === 'approve' ? `${id} is approved.` : `${id} has your request.`,
      );
    case 'ack':
      return told(commands.acknowledge(actor, id, null), `You take care of ${id}.`);
    case 'snooze':
      return snooze(id, text, asker, deps);
    case 'mute':
    case 'unmute':
      return told(
        commands.mute(actor, id, command.verb === 'mute'),
        command.verb === 'mute' ? `${id} is muted.` : `${id} is not muted any more.`,
      );
    case 'handoff':
      return handOver(session, text ?? '', asker, deps);
    default:
      return { ok: true, value: '' };
  }
}

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
  verb: 'approve' | 'changes',
  session: SessionView,
  text: string | null,
  asker: Asker,
  deps: InboundDeps,
): Outcome<SessionView> {
  const decision = verb === 'approve' ? 'approve' : 'request_changes';
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

/** `t1 the words`. */
function replyThread(
  session: SessionView,
  text: string,
  asker: Asker,
  deps: InboundDeps,
): Outcome<SessionView> {
  const [, thread = '', words = ''] = /^\s*(\S+)\s*([\s\S]*)$/.exec(text) ?? [];
  return deps.commands.replyThread(asker.actor, session.id, {
    thread,
    text: unquoted(words),
    key: asker.key,
  });
}

const unquoted = (text: string): string =>
  /^(["“„])([\s\S]*)(["”“])$/.exec(text.trim())?.[2] ?? text.trim();

/** Without a name: the only one that is open. */
function resolveThread(
  session: SessionView,
  text: string | null,
  asker: Asker,
  deps: InboundDeps,
): Outcome<SessionView> {
  const listed = deps.commands.threads(asker.actor, session.id);
  const open = listed.ok ? listed.value.filter((thread) => !thread.resolved) : [];
  const only = open.length === 1 ? open[0]?.ref : undefined;
  const thread = text?.trim() ?? only ?? null;
  if (thread !== null) return deps.commands.resolveThread(asker.actor, session.id, thread);
  const message =
    open.length === 0
      ? 'No review thread is open.'
      : `Which one? Open are ${open.map((one) => one.ref).join(', ')}, or say all.`;
  return Promise.resolve({ ok: false, error: { code: 'AO_BAD_REQUEST', message } });
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
      `${session.id} goes on with ${agent}.`,
    );
  const to = deps.people.find(asker.platform, text);
  if (to === null)
    return {
      ok: false,
      error: {
        code: 'AO_BAD_REQUEST',
        message: `"${oneLine(text, 60)}" is no agent and nobody known here. The agents are ${agents.join(', ')}; a person is named like this:  /ao handoff ${session.id} @lee`,
      },
    };
  return told(
    deps.commands.handOver(asker.actor, session.id, to),
    `${session.id} belongs to ${person(to)} now.`,
  );
}

function runStatus(
  command: Extract<ParsedCommand, { verb: 'status' }>,
  asker: Asker,
  deps: InboundDeps,
): ChatReply {
  const { commands } = deps;
  const known = commands.projects(asker.actor);
  if (!known.ok) return refused(known.error, deps, asker);
  const ids = known.value.map((project) => project.id);
  if (command.project !== null && !ids.includes(command.project))
    return say(`No project "${command.project}". There is ${ids.join(', ') || 'none'}.`);
  const mine = command.mine ? { mine: asker.actor.subject } : {};
  const project = command.project === null ? {} : { project: command.project };
  const listed = commands.sessionPage(asker.actor, { all: command.all, ...mine, ...project });
  if (!listed.ok) return refused(listed.error, deps, asker);
  return statusReply(listed.value, deps.now(), (session) =>
    deps.threads.link(asker.platform, session),
  );
}

async function runDigest(asker: Asker, deps: InboundDeps): Promise<ChatReply> {
  const answer = await deps.commands.digest(asker.actor);
  if (!answer.ok) return refused(answer.error, deps, asker);
  const digest = answer.value;
  const chart = digest.quiet ? null : await deps.chart(digest.series);
  return { whisper: digestMessage(digest, { sessionOf: (id) => viewOf(asker, deps, id), chart }) };
}

function runCost(command: CostCommand, asker: Asker, deps: InboundDeps): ChatReply {
  const { span, from, to, by } = command;
  const answer = deps.commands.cost(asker.actor, {
    span,
    by,
    ...(from === null ? {} : { from }),
    ...(to === null ? {} : { to }),
  });
  if (!answer.ok) return refused(answer.error, deps, asker, command);
  return costReply(answer.value, from === null && to === null ? span : null, command.csv);
}

const viewOf = (asker: Asker, deps: InboundDeps, id: string): SessionView | null => {
  const found = deps.commands.session(asker.actor, id);
  return found.ok ? found.value : null;
};

async function runSpawn(
  command: SpawnCommand,
  asker: Asker,
  deps: InboundDeps,
): Promise<ChatReply> {
  if (command.issues.length === 0 && command.text === null)
    return spawnForm(asker, deps, { text: null });
  const { verb: _, ...request } = command;
  const spawned = await deps.commands.spawn(asker.actor, {
    ...request,
    channel: asker.channel,
    key: asker.key,
  });
  if (!spawned.ok) return refused(spawned.error, deps, asker, command);
  return spawnedReply(spawned.value, command, asker, deps);
}

/** One line per issue; the refused ones with what can be done about it. */
function spawnedReply(
  results: readonly Spawned[],
  command: SpawnCommand,
  asker: Asker,
  deps: InboundDeps,
): ChatReply {
  const lines = results.map((result) =>
    result.session === null
      ? sentence(result.refusal?.message ?? 'Nothing was started.')
      : spawnedLine(result.session),
  );
  const blocks = results.flatMap((result, index) => [
    textBlock(escapeMarkdown(lines[index] ?? '')),
    ...buttons(spawnedButtons(result, command, asker, deps)),
  ]);
  return { whisper: { text: lines.join(' '), kind: 'post', blocks } };
}

function spawnedButtons(
  result: Spawned,
  command: SpawnCommand,
  asker: Asker,
  deps: InboundDeps,
): readonly Button[] {
  const taken = result.refusal?.code === 'AO_ISSUE_TAKEN' ? result.issue : null;
  const session = result.session?.id ?? (taken === null ? null : workingOn(taken, asker, deps));
  const url = session === null ? null : deps.threads.link(asker.platform, session);
  const open =
    url === null || session === null
      ? []
      : [linkButton('Open thread', `open_thread:${session}`, url)];
  if (taken === null) return open;
  const again = deps.drafts.keep({
    type: 'command',
    command: { ...command, issues: [taken], again: true },
  });
  return [...open, button('Spawn another', 'spawn_again', null, again)];
}

function workingOn(issue: string, asker: Asker, deps: InboundDeps): string | null {
  const listed = deps.commands.sessions(asker.actor, {});
  const match = (listed.ok ? listed.value : []).find(
    (session) =>
      session.task.type === 'issue' && (session.task.issue === issue || session.task.url === issue),
  );
  return match?.id ?? null;
}

function startedReply(session: SessionView, asker: Asker, deps: InboundDeps): ChatReply {
  const line = spawnedLine(session);
  const url = deps.threads.link(asker.platform, session.id);
  return {
    whisper: {
      text: line,
      kind: 'post',
      blocks: [
        textBlock(escapeMarkdown(line)),
        ...buttons(
          url === null ? [] : [linkButton('Open thread', `open_thread:${session.id}`, url)],
        ),
      ],
    },
  };
}
