/** Everything that comes in from any chat platform: who it is, what it means, and the private answer. */
import { refusalOf } from '../../commands/parts.ts';
import { type Actor, subject } from '../../domain/session/ids.ts';
import type { ChatInput, ChatReply, ChatUser, Inbound } from '../../slots/chat.ts';
import { PluginError } from '../../slots/errors.ts';
import { spawnForm } from '../answers/forms.ts';
import type { Asker, InboundDeps } from '../answers/inbound-deps.ts';
import { refused, say } from '../answers/refusals.ts';
import { noteInput } from './note-input.ts';
import { receiveCommand } from './receive-command.ts';
import { runAction } from './run-action.ts';
import { runForm } from './run-form.ts';
import { runReply } from './run-reply.ts';

/** The delivery id is the idempotency key of what follows; claiming it is the host's part. */
export function createInbound(deps: InboundDeps): Inbound {
  return async (input) => {
    // Other bots and ao itself never steer and never command.
    if (input.user.bot) return {};
    const asker = askerOf(input, deps);
    if (input.user.external) {
      const refusal = input.user.inSharedChannel === true ? SHARED : OUTSIDE;
      deps.audit({
        actor: asker.actor,
        action: 'input',
        session: asker.session,
        detail: input.type,
        refused: refusal,
      });
      return say(refusal);
    }
    deps.access.seen(input.user);
    const looks = isForAo(input, asker, deps) ? deps.commands.may(asker.actor, 'view') : null;
    if (looks === null || looks.ok)
      return receive(input, asker, deps).catch((error: unknown) => inWords(error, asker, deps));
    deps.audit({
      actor: asker.actor,
      action: INPUTS[input.type],
      session: asker.session,
      detail: whatOf(input),
      refused: looks.error.message,
    });
    if (asker.source !== null) deps.receipts.set(asker.source, '⚠️');
    return refused(looks.error, deps, asker);
  };
}

/** What the world said no to is an answer for the person; a bug stays an exception. */
function inWords(error: unknown, asker: Asker, deps: InboundDeps): ChatReply {
  if (!(error instanceof PluginError)) throw error;
  if (asker.source !== null) deps.receipts.set(asker.source, '⚠️');
  return refused(refusalOf(error), deps, asker);
}

const INPUTS = {
  command: 'command',
  reply: 'input',
  edit: 'input',
  delete: 'input',
  action: 'click',
  form: 'form',
  shortcut: 'shortcut',
} as const;

/** What was tried, without the words of people. */
const whatOf = (input: ChatInput): string =>
  input.type === 'command'
    ? (input.text.trim().split(/\s/)[0] ?? '').slice(0, 40)
    : input.type === 'action'
      ? input.action
      : input.type === 'form'
        ? input.form
        : input.type;

/** Words in a thread that is no session's, and changes of messages that ao never took, are none of its business. */
const isForAo = (input: ChatInput, asker: Asker, deps: InboundDeps): boolean =>
  input.type === 'reply'
    ? isToAgent(input, asker, deps)
    : input.type !== 'edit' && input.type !== 'delete';

/** A remark between people is theirs: with `//` before it, or where the agent is to be called by name. */
function isToAgent({ text }: ReplyInput, { session, source }: Asker, deps: InboundDeps): boolean {
  if (session === null || source === null || isAside(text)) return false;
  return COMMAND.test(text) || deps.threads.listens(source, session) === 'all';
}

const COMMAND = /^\s*(?:!(?=[a-z])|\/ao(?=\s|$))\s*([\s\S]*)$/i;
const isAside = (text: string): boolean => /^\s*\/\/(?!\S*[/.]\S)/.test(text);

const OUTSIDE = "People from outside the team can't use ao here.";
const SHARED =
  'ao takes nothing in this channel, because people from outside the team are in it. Use one that is not shared with other organizations, or a direct message to ao.';

async function receive(input: ChatInput, asker: Asker, deps: InboundDeps): Promise<ChatReply> {
  switch (input.type) {
    case 'command':
      return receiveCommand(input, asker, deps);
    case 'reply':
      return receiveReply(input, asker, deps);
    case 'edit':
      return receiveEdit(input, asker, deps);
    case 'delete':
      return receiveDelete(input, asker, deps);
    case 'action':
      noteInput('click', input.action, asker, deps);
      return runAction(input, asker, deps);
    case 'form':
      noteInput('form', input.form, asker, deps);
      return runForm(input, asker, deps);
    case 'shortcut':
      noteInput('shortcut', 'spawn from a message', asker, deps);
      return spawnForm(asker, deps, { text: input.text });
  }
}

function askerOf(input: ChatInput, deps: InboundDeps): Asker {
  const { platform, channel, thread } = input;
  const session = thread === null ? null : deps.threads.sessionOf({ platform, channel, thread });
  const message = input.type === 'reply' || input.type === 'command' ? input.message : undefined;
  const source =
    message === undefined ? null : { platform, channel, thread: thread ?? message, message };
  const files = 'files' in input ? input.files : [];
  return {
    actor: actorOf(input.user, platform),
    platform,
    channel,
    session,
    key: input.delivery,
    source,
    home:
      input.type === 'command' &&
      source !== null &&
      thread !== null &&
      session === null &&
      input.direct !== true
        ? { platform, channel, thread }
        : null,
    files,
  };
}

const actorOf = (user: ChatUser, platform: string): Actor => ({
  subject: subject(user.subject),
  name: user.name,
  via: viaOf(platform),
});

const viaOf = (platform: string): Actor['via'] =>
  platform === 'slack' || platform === 'discord' ? platform : 'web';

type ReplyInput = Extract<ChatInput, { type: 'reply' }>;

/** In a session's thread words go to the agent, `!verb` and `/ao verb` to ao. Elsewhere a reply is none of ao's business. */
async function receiveReply(
  input: ReplyInput,
  asker: Asker,
  deps: InboundDeps,
): Promise<ChatReply> {
  if (asker.session === null || !isToAgent(input, asker, deps)) return {};
  const typed = COMMAND.exec(input.text);
  return typed === null
    ? runReply(input.text, asker.session, asker, deps)
    : receiveCommand({ text: typed[1] ?? '', words: input.text }, asker, deps);
}

const TOO_LATE = 'Too late: the agent already has the message. Send another one to correct it.';

/** An edit of a queued message edits the queue. */
async function receiveEdit(
  input: Extract<ChatInput, { type: 'edit' }>,
  asker: Asker,
  deps: InboundDeps,
): Promise<ChatReply> {
  const known = steerOf(input, deps);
  if (known === null) return {};
  const edited = await deps.commands.editSteer(asker.actor, known.session, known.steer, input.text);
  if (edited.ok) return {};
  return edited.error.code === 'AO_STATE' ? say(TOO_LATE) : refused(edited.error, deps, asker);
}

async function receiveDelete(
  input: Extract<ChatInput, { type: 'delete' }>,
  asker: Asker,
  deps: InboundDeps,
): Promise<ChatReply> {
  const known = steerOf(input, deps);
  if (known === null) return {};
  const removed = await deps.commands.removeSteer(asker.actor, known.session, known.steer);
  if (removed.ok) return {};
  return removed.error.code === 'AO_STATE'
    ? say('Too late: the agent already has the message you deleted.')
    : refused(removed.error, deps, asker);
}

const steerOf = (
  input: Extract<ChatInput, { type: 'edit' | 'delete' }>,
  deps: InboundDeps,
): { session: string; steer: string } | null =>
  deps.steers.bySource({
    platform: input.platform,
    channel: input.channel,
    thread: input.thread ?? input.message,
    message: input.message,
  });
