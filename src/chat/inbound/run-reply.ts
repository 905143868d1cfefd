/** Words of a person to an agent: a reply in the thread, `send` and `now`. Each gets its receipt at once. */
import type { SessionView, SteerView } from '../../commands/views.ts';
import type { Refusal } from '../../domain/session/decision.ts';
import type { Result } from '../../lib/result.ts';
import type { ChatReply } from '../../slots/chat.ts';
import type { Asker, InboundDeps, SavedFiles } from '../answers/inbound-deps.ts';
import { refused, say, sayNo } from '../answers/refusals.ts';
import { outcomeLine } from '../thread/cards.ts';
import { button, buttons, whisper } from '../words/message.ts';
import { escapeMarkdown } from '../words/wording.ts';

export async function runReply(
  text: string,
  session: string,
  asker: Asker,
  deps: InboundDeps,
): Promise<ChatReply> {
  if (text.trim() === '' && asker.files.length === 0) {
    if (asker.source !== null) deps.receipts.set(asker.source, '⚠️');
    return sayNo(NOTHING_TO_READ);
  }
  const found = deps.commands.session(asker.actor, session);
  if (!found.ok) return refused(found.error, deps, asker);
  if (found.value.outcome !== null) return offerRestore(text, found.value, asker, deps);
  const sent = await tellAgent(text, session, false, asker, deps);
  if (!sent.ok) return refused(sent.error, deps, asker);
  return sent.value.missing.length === 0 ? {} : say(sentWithout(sent.value.missing));
}

const NOTHING_TO_READ =
  'There is nothing in this message that ao can read, so the agent did not get it. Say it in words, or attach a file.';

/** What the agent has, and the files it has not, in sentences for people. */
export interface Told {
  readonly steer: SteerView;
  readonly missing: readonly string[];
}

/** Saves the files, queues the words, and marks the person's message: 👀 taken, ⚠️ refused. `now` interrupts the turn. */
export async function tellAgent(
  text: string,
  session: string,
  now: boolean,
  asker: Asker,
  deps: InboundDeps,
): Promise<Result<Told, Refusal>> {
  const { source } = asker;
  const files = await saveFiles(session, asker, deps);
  const sent = files.ok ? await sendWith(files.value) : files;
  if (source !== null) deps.receipts.set(source, sent.ok ? '👀' : '⚠️');
  return sent;

  async function sendWith({ paths, missing }: SavedFiles): Promise<Result<Told, Refusal>> {
    if (text.trim() === '' && paths.length === 0 && missing.length > 0)
      return { ok: false, error: { code: 'AO_UPSTREAM', message: missing.join(' ') } };
    const words = withMissing(text, missing);
    const steer = await deps.commands.send(asker.actor, session, {
      text: words,
      files: paths,
      now,
      source,
      ...(asker.quotes === undefined ? {} : { quotes: asker.quotes }),
      key: asker.key,
    });
    return steer.ok ? { ok: true, value: { steer: steer.value, missing } } : steer;
  }
}

/** For the person whose words went on without their files. */
export const sentWithout = (missing: readonly string[]): string =>
  `Your words were taken, but without this: ${missing.join(' ')}`;

/** The agent should not look for what is not there. */
export const withMissing = (text: string, missing: readonly string[]): string =>
  missing.length === 0
    ? text
    : `${text}\n\n(${missing.length === 1 ? 'A file' : `${missing.length} files`} that came with this message could not be read and ${missing.length === 1 ? 'is' : 'are'} not here.)`;

/** Empty without files. */
export const saveFiles = async (
  session: string,
  asker: Asker,
  deps: InboundDeps,
): Promise<Result<SavedFiles, Refusal>> =>
  asker.files.length === 0
    ? { ok: true, value: { paths: [], missing: [] } }
    : (allowed(asker, deps) ?? deps.files.save(asker.platform, session, asker.files));

/** One line for an answer: a question takes a text only, so files are named in it. */
export const answerWithFiles = (text: string, files: readonly string[]): string =>
  files.length === 0
    ? text
    : [text, `Files: ${files.join(', ')}`].filter((part) => part !== '').join(' ');

/** Nobody fills the disk who may not steer. */
function allowed(
  asker: Asker,
  deps: InboundDeps,
): { readonly ok: false; readonly error: Refusal } | null {
  const denied = deps.access.may(asker.actor, 'steer');
  return denied === null ? null : { ok: false, error: denied };
}

async function offerRestore(
  text: string,
  session: SessionView,
  asker: Asker,
  deps: InboundDeps,
): Promise<ChatReply> {
  const line = `${session.id} is over: ${outcomeLine(session, deps.now())}.`;
  if (!session.actions.includes('restore') && !session.actions.includes('undo'))
    return whisper(line, escapeMarkdown(line));
  const files = await saveFiles(session.id, asker, deps);
  if (!files.ok) return refused(files.error, deps, asker);
  const { paths, missing } = files.value;
  const draft = deps.drafts.keep({
    type: 'message',
    session: session.id,
    text: withFiles(text, paths),
    files: paths,
  });
  return whisper(
    line,
    escapeMarkdown([line, ...missing].join('\n')),
    buttons([
      button('Resume with this message', 'restore_draft', null, draft, { style: 'primary' }),
    ]),
  );
}

/** `restore` takes a text only, so files are named in it. */
const withFiles = (text: string, files: readonly string[]): string =>
  [text, ...files.map((file) => `File: ${file}`)].filter((line) => line !== '').join('\n');
