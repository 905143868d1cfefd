/** What somebody means who speaks to ao by its name: a command, or words for an agent. Pure and total. */
import type { CommandSpec, Shape } from './command-spec.ts';
import { COMMANDS, findCommand } from './command-table.ts';
import { parseCommand } from './grammar.ts';
import { nearestWord } from './nearest-word.ts';
import type { GrammarContext, ParsedCommand } from './parsed-command.ts';
import { type Token, tokenize } from './tokens.ts';

export type Reading =
  | { readonly type: 'command'; readonly command: ParsedCommand }
  /** A task; in a session's thread, a message to its agent. */
  | { readonly type: 'words' }
  /** It may be either, so the person is asked. */
  | {
      readonly type: 'unclear';
      /** Why it isn't simply done, ready to be read. */
      readonly message: string;
      /** What would be run, with the line it stands for; null: no command fits. */
      readonly command: { readonly does: ParsedCommand; readonly line: string } | null;
    };

/** `text`: without the mention, `/ao` or `!`. A command that is known wins, and a near miss is never a guess. */
export function readPlainWords(text: string, context: GrammarContext): Reading {
  const { tokens } = tokenize(text);
  const [first] = tokens;
  const signed = /^\s*(?:\/ao\s+|!(?=[a-z]))/i.exec(text);
  if (signed !== null) return readPlainWords(text.slice(signed[0].length), context);
  if (first === undefined) return { type: 'command', command: { verb: 'help', about: null } };
  const named = onlyNamed(text, tokens, context);
  if (named !== null) return named;
  const row = findCommand(first.value);
  if (row !== null) return readKnown(row, text, tokens, context);
  const polite = withoutCourtesy(text);
  if (polite !== text) return readPolite(text, polite, context);
  return readUnknown(first, text, tokens, context);
}

/** A session's name alone shows it; issues alone start sessions on them. */
function onlyNamed(
  text: string,
  tokens: readonly Token[],
  context: GrammarContext,
): Reading | null {
  const [first, second] = tokens;
  if (first === undefined || context.inThread) return null;
  if (second === undefined && /\d$/.test(first.value) && context.isSession(first.value))
    return { type: 'command', command: { verb: 'show', session: first.value.toLowerCase() } };
  if (!tokens.every(({ value }) => /^(#\d{1,9}|https?:\/\/\S+\/(issues|browse)\/\S+)$/.test(value)))
    return null;
  const spawn = parseCommand(`spawn ${text}`, context);
  return spawn.ok ? { type: 'command', command: spawn.value } : null;
}

function readKnown(
  row: CommandSpec,
  text: string,
  tokens: readonly Token[],
  context: GrammarContext,
): Reading {
  const parsed = parseCommand(text, context);
  const args = tokens.slice(1);
  if (!parsed.ok) return unclear(parsed.error.message, row, context);
  const doubt = doubtOf(parsed.value, row, args, context);
  if (doubt === null) return { type: 'command', command: wholeTask(parsed.value, text, tokens) };
  return doubt === 'text'
    ? {
        type: 'unclear',
        message: `"${row.verb}" is a command. Shall it be done, or are these words for the agent?`,
        command: { does: parsed.value, line: line(text) },
      }
    : unclear(`"${row.verb}" is a command, and "${doubt}" isn't what it takes.`, row, context);
}

/** Words after them are a reason or a comment, and read just like the beginning of a sentence: "kill the flaky test". */
const EASILY_SAID: ReadonlySet<ParsedCommand['verb']> = new Set([
  'kill',
  'pause',
  'restore',
  'approve',
  'resolve',
]);

/** What the world says against a line that the grammar takes: the word that does not fit, or that its text may be a sentence. */
function doubtOf(
  command: ParsedCommand,
  row: CommandSpec,
  args: readonly Token[],
  context: GrammarContext,
): string | null {
  const word = args[0]?.value;
  if (command.verb === 'help')
    return word === undefined || findCommand(word) !== null ? null : word;
  if (command.verb === 'status')
    return command.project === null || context.isProject(command.project) ? null : command.project;
  if (!TAKES_SESSION.has(row.shape) || !('session' in command)) return null;
  if (command.session !== null && !looksLikeSession(command.session, context))
    return word ?? command.session;
  const hasText = 'text' in command && command.text !== null;
  return context.inThread && hasText && args.length > 2 && EASILY_SAID.has(command.verb)
    ? 'text'
    : null;
}

const TAKES_SESSION: ReadonlySet<Shape> = new Set([
  'session',
  'session-text',
  'session-needs-text',
  'merge',
]);

/** An id, its number, or the beginning of one, which a menu completes. */
const looksLikeSession = (word: string, context: GrammarContext): boolean =>
  /\d$/.test(word) || context.isSession(word) || context.isProject(word);

/** "start the server" is a task of these words, not one of what is left without the first. */
function wholeTask(command: ParsedCommand, text: string, tokens: readonly Token[]): ParsedCommand {
  const [first, second] = tokens;
  const alias = first !== undefined && first.value.toLowerCase() !== 'spawn';
  return command.verb === 'spawn' && alias && command.text !== null && second?.quoted === false
    ? { ...command, text: `${text.trim().split(/\s/)[0] ?? ''} ${command.text}` }
    : command;
}

const COURTESY =
  /^(?:(?:hi|hey|hello|please|pls|ok|okay|so|now please|(?:can|could|would) you(?: please)?)[,!.:]?\s+)+/i;

const withoutCourtesy = (text: string): string => text.trim().replace(COURTESY, '');

/** "please stop" is a command; "please show me why" is words, like every sentence that only begins with one. */
function readPolite(text: string, rest: string, context: GrammarContext): Reading {
  const inner = rest === '' ? null : readPlainWords(rest, context);
  return inner?.type === 'command' && findCommand(tokenize(rest).tokens[0]?.value ?? '') !== null
    ? inner
    : wordsOr(text, tokenize(text).tokens, context);
}

function readUnknown(
  first: Token,
  text: string,
  tokens: readonly Token[],
  context: GrammarContext,
): Reading {
  const words = COMMANDS.flatMap((row) => [row.verb, ...row.aliases]);
  const near = findCommand(nearestWord(first.value, words) ?? '');
  if (near === null || first.quoted) return wordsOr(text, tokens, context);
  const meant = `${near.verb}${text.trim().slice(first.value.length)}`;
  const parsed = parseCommand(meant, context);
  const fits =
    parsed.ok && doubtOf(parsed.value, near, tokens.slice(1), context) === null
      ? parsed.value
      : null;
  if (fits === null && tokens.length > 2) return wordsOr(text, tokens, context);
  return {
    type: 'unclear',
    message: `"${clip(first.value)}" isn't a command. Did you mean  ${line(fits === null ? near.verb : meant)} ?`,
    command: fits === null ? bare(near, context) : { does: fits, line: line(meant) },
  };
}

const GREETING =
  /^(?:thanks?(?: you| a lot)?|ty|thx|good (?:morning|evening|night|job|work)|well done|nice work|how are you)[\s!.?]*$/i;

/** One word, or a greeting, starts nothing unasked; an agent may be told anything. */
function wordsOr(text: string, tokens: readonly Token[], context: GrammarContext): Reading {
  if (context.inThread || (tokens.length > 1 && !GREETING.test(text.trim())))
    return { type: 'words' };
  return {
    type: 'unclear',
    message: `"${clip(text)}" isn't a command. Say in a sentence what is to be done, or see  /ao help`,
    command: null,
  };
}

const unclear = (message: string, row: CommandSpec, context: GrammarContext): Reading => ({
  type: 'unclear',
  message,
  command: bare(row, context),
});

/** The command without what followed it, where that alone means something: "stop that please" in a thread. */
function bare(
  row: CommandSpec,
  context: GrammarContext,
): { readonly does: ParsedCommand; readonly line: string } | null {
  const parsed = parseCommand(row.verb, context);
  return parsed.ok ? { does: parsed.value, line: line(row.verb) } : null;
}

const clip = (text: string): string => {
  const flat = text.replace(/\s+/g, ' ').trim();
  return flat.length <= 60 ? flat : `${flat.slice(0, 59)}…`;
};
const line = (text: string): string => `/ao ${clip(text)}`;
