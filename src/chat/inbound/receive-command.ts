/** What is typed to ao: a command, or words for an agent; where it may be either, the person is asked. */
import type { Button, ChatInput, ChatReply } from '../../slots/chat.ts';
import type { Asker, InboundDeps } from '../answers/inbound-deps.ts';
import { grammarReply, refused, say } from '../answers/refusals.ts';
import { findCommand } from '../grammar/command-table.ts';
import { parseCommand } from '../grammar/grammar.ts';
import type { GrammarContext, ParsedCommand } from '../grammar/parsed-command.ts';
import { type Reading, readPlainWords } from '../grammar/plain-words.ts';
import { button, buttons, whisper } from '../words/message.ts';
import { escapeMarkdown } from '../words/wording.ts';
import { noteInput } from './note-input.ts';
import { runCommand } from './run-command.ts';
import { runReply, saveFiles } from './run-reply.ts';
import { EMPTY_SPAWN, runSpawn } from './run-spawn.ts';
import { threadContext } from './thread-context.ts';

type Typed = Pick<Extract<ChatInput, { type: 'command' }>, 'text' | 'words' | 'plain'>;

export async function receiveCommand(
  input: Typed,
  asker: Asker,
  deps: InboundDeps,
): Promise<ChatReply> {
  const context = grammarContext(asker, deps);
  const words = input.words ?? input.text;
  if (input.plain === true) return receivePlain(input.text, words, context, asker, deps);
  const parsed = parseCommand(input.text, context);
  if (parsed.ok) return runTyped(parsed.value, asker, deps);
  const { message } = parsed.error;
  // A command that is known was meant; anything else may be words.
  const mayBeWords =
    asker.session === null
      ? /\S\s+\S/.test(input.text.trim()) && findCommand(firstWord(input.text)) === null
      : input.words !== undefined;
  return mayBeWords
    ? askWhich(
        { type: 'unclear', message, command: null },
        asker.session === null ? input.text : words,
        asker,
        deps,
      )
    : grammarReply(parsed.error);
}

async function receivePlain(
  text: string,
  words: string,
  context: GrammarContext,
  asker: Asker,
  deps: InboundDeps,
): Promise<ChatReply> {
  // A mention with nothing but a forwarded message or a file.
  const bare = text.trim() === '' && (words.trim() !== '' || asker.files.length > 0);
  const reading: Reading = bare ? { type: 'words' } : readPlainWords(text, context);
  switch (reading.type) {
    case 'command':
      return runTyped(reading.command, asker, deps);
    case 'words':
      noteInput('command', 'plain words', asker, deps);
      return asker.session === null
        ? runSpawn({ ...EMPTY_SPAWN, text: words.trim() === '' ? ONLY_FILES : words }, asker, deps)
        : replyWithThread(words, asker.session, asker, deps);
    case 'unclear':
      return askWhich(reading, words, asker, deps);
  }
}

/** Where only mentions go to the agent, what people said between two of them comes along. */
async function replyWithThread(
  words: string,
  session: string,
  asker: Asker,
  deps: InboundDeps,
): Promise<ChatReply> {
  const { source } = asker;
  if (source === null || deps.threads.listens(source, session) === 'all')
    return runReply(words, session, asker, deps);
  deps.receipts.set(source, '👀');
  const denied = deps.access.may(asker.actor, 'steer');
  const along =
    denied === null ? await threadContext(asker, deps, deps.threads.heard(source)) : null;
  const files = [...(along?.files ?? []), ...asker.files];
  const answer = await runReply(
    words,
    session,
    { ...asker, files, quotes: along?.quotes ?? [] },
    deps,
  );
  if (answer.refused !== true) deps.threads.setHeard(source, source.message);
  return along === null || along.missing.length === 0 || answer.whisper !== undefined
    ? answer
    : say(along.missing.join(' '));
}

const ONLY_FILES = 'Look at what is attached.';
const firstWord = (text: string): string => text.trim().split(/\s/)[0] ?? '';

/** Both ways as buttons: the command, and the words as they are. */
async function askWhich(
  { message, command }: Extract<Reading, { type: 'unclear' }>,
  words: string,
  asker: Asker,
  deps: InboundDeps,
): Promise<ChatReply> {
  noteInput('command', 'asked what was meant', asker, deps);
  const missing: string[] = [];
  const choices: Button[] = [];
  const { source, files, home } = asker;
  if (command !== null) {
    const draft = deps.drafts.keep({
      type: 'command',
      command: here(command.does, asker),
      files,
      source,
      home,
      key: asker.key,
    });
    choices.push(button(command.line, 'run_draft', null, draft));
  }
  if (asker.session === null) {
    const task = { ...EMPTY_SPAWN, text: words };
    const draft = deps.drafts.keep({
      type: 'command',
      command: task,
      files,
      source,
      home,
      key: asker.key,
    });
    choices.push(button('Start a session on it', 'run_draft', null, draft));
  } else {
    const saved = await saveFiles(asker.session, asker, deps);
    if (!saved.ok) return refused(saved.error, deps, asker);
    missing.push(...saved.value.missing);
    const draft = deps.drafts.keep({
      type: 'message',
      session: asker.session,
      text: words,
      files: saved.value.paths,
      source,
      key: asker.key,
    });
    choices.push(button('Send it to the agent as it is', 'send_draft', null, draft));
  }
  return whisper(message, escapeMarkdown([message, ...missing].join('\n')), buttons(choices));
}

/** The button means this thread's session, wherever it is pressed. */
const here = (command: ParsedCommand, { session }: Asker): ParsedCommand =>
  'session' in command && command.session === null ? { ...command, session } : command;

const CARRIES_FILES: ReadonlySet<ParsedCommand['verb']> = new Set([
  'send',
  'now',
  'answer',
  'spawn',
]);
const NO_FILES_IN_FORMS =
  'A form takes no files. Say what is to be done in the message that carries them:  /ao spawn make it look like this';
const ONLY_MESSAGES = 'only a task or a message to the agent can carry files.';

/** Only words to an agent can carry files; with anything else the person is told, not left to wonder. */
async function runTyped(
  command: ParsedCommand,
  asker: Asker,
  deps: InboundDeps,
): Promise<ChatReply> {
  const session = 'session' in command ? command.session : null;
  noteInput('command', session === null ? command.verb : `${command.verb} ${session}`, asker, deps);
  const answer = await runCommand(command, asker, deps);
  if (asker.files.length === 0) return answer;
  if (answer.form !== undefined) return say(NO_FILES_IN_FORMS);
  const what = asker.files.length === 1 ? 'The file was' : 'The files were';
  const isMenu = answer.whisper?.blocks.some((block) => block.type === 'select') === true;
  if (CARRIES_FILES.has(command.verb) && (!isMenu || command.verb === 'spawn')) return answer;
  const line = isMenu
    ? `${what} not kept: name the session in the message that carries files.`
    : `${what} not used: ${ONLY_MESSAGES}`;
  const note = whisper(line, escapeMarkdown(line)).whisper;
  if (answer.whisper === undefined || note === undefined)
    return note === undefined ? answer : { ...answer, whisper: note };
  return {
    ...answer,
    whisper: { ...answer.whisper, blocks: [...answer.whisper.blocks, ...note.blocks] },
  };
}

const grammarContext = (asker: Asker, deps: InboundDeps): GrammarContext => ({
  inThread: asker.session !== null,
  isSession: (word) => deps.commands.session(asker.actor, word).ok,
  isProject(word) {
    const listed = deps.commands.projects(asker.actor);
    return listed.ok && listed.value.some((project) => project.id === word);
  },
});
