import type { Argument, Command } from 'commander';
import type { IssueView, ProjectView, SessionView } from '../commands/views.ts';
import { plainLine } from '../lib/plain-text.ts';
import { type Api, createApi } from './api.ts';
import { botAddress } from './bot-address.ts';
import type { Cli } from './cli.ts';
import { commandNames, programWith } from './program.ts';

export interface Candidate {
  readonly word: string;
  readonly about: string;
}

/** Somebody waits with a finger on the Tab key, ms. */
const PATIENCE = 500;

/** What may stand for the last of `words`. Never fails: without a bot there are no sessions to offer. */
export async function candidates(
  cli: Cli,
  words: readonly string[],
): Promise<readonly Candidate[]> {
  const before = words.slice(0, -1);
  const current = words.at(-1) ?? '';
  const program = await programWith(
    cli,
    before.length === 0 ? commandNames : commandNames.filter((name) => name === before[0]),
  );
  const { command, rest } = descend(program, before);
  const all = current.startsWith('-') ? optionsOf(command) : await wordsFor(cli, command, rest);
  return all.filter(({ word }) => word.startsWith(current));
}

/** The innermost command that was named, and the arguments after it. */
function descend(
  program: Command,
  words: readonly string[],
): { command: Command; rest: readonly string[] } {
  let command = program;
  const rest: string[] = [];
  for (const [index, word] of words.entries()) {
    const next =
      rest.length === 0 ? command.commands.find((each) => each.name() === word) : undefined;
    if (next !== undefined) command = next;
    else if (!word.startsWith('-') && !takesValue(command, words[index - 1])) rest.push(word);
  }
  return { command, rest: [...rest, ...pendingOption(command, words)] };
}

const takesValue = (command: Command, word: string | undefined): boolean =>
  command.options.some((option) => option.long === word && (option.required || option.optional));

/** `--project` as the last word: what comes is its value. */
const pendingOption = (command: Command, words: readonly string[]): readonly string[] =>
  takesValue(command, words.at(-1)) ? [words.at(-1) ?? ''] : [];

const optionsOf = (command: Command): readonly Candidate[] =>
  command.options.map((option) => ({
    word: option.long ?? option.flags,
    about: option.description,
  }));

async function wordsFor(
  cli: Cli,
  command: Command,
  rest: readonly string[],
): Promise<readonly Candidate[]> {
  const option = rest.at(-1)?.startsWith('-')
    ? command.options.find((each) => each.long === rest.at(-1))
    : undefined;
  if (option !== undefined)
    return option.argChoices?.map(plainCandidate) ?? fromBot(cli, option.attributeName());
  const subcommands = command.commands.map((each) => ({
    word: each.name(),
    about: each.description(),
  }));
  if (subcommands.length > 0) return subcommands;
  const expected: Argument | undefined =
    command.registeredArguments[rest.length] ??
    command.registeredArguments.findLast((argument) => argument.variadic);
  if (expected === undefined) return [];
  return (
    expected.argChoices?.map(plainCandidate) ??
    fromBot(cli, command.name() === 'spawn' ? 'issue' : expected.name())
  );
}

const plainCandidate = (word: string): Candidate => ({ word, about: '' });

async function fromBot(cli: Cli, what: string): Promise<readonly Candidate[]> {
  const ask = SOURCES[what];
  if (ask === undefined) return [];
  try {
    return await ask(createApi(botAddress({}, cli.env, cli.cwd), PATIENCE));
  } catch {
    // Completion is a convenience: no bot, no candidates, and no noise in the middle of a command line.
    return [];
  }
}

const SOURCES: Readonly<Record<string, (api: Api) => Promise<readonly Candidate[]>>> = {
  session: async (api) =>
    (await api.get<readonly SessionView[]>('/api/sessions', { all: true })).map((each) => ({
      word: each.id,
      about: `${each.status} ${plainLine(each.title)}`,
    })),
  issue: async (api) =>
    (await api.get<readonly IssueView[]>('/api/issues', { state: 'open' })).map((each) => ({
      word: each.id,
      about: plainLine(each.title),
    })),
  project: async (api) =>
    (await api.get<readonly ProjectView[]>('/api/projects')).map((each) => ({
      word: each.id,
      about: each.name,
    })),
};
