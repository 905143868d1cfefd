/** From what a person typed after `/ao` to one closed union. Pure and total: a mistake is a value, never an exception. */

import { COST_SPANS, type CostSpan } from '../../domain/money/cost-period.ts';
import { COST_GROUPS, type CostGroup } from '../../domain/money/ledger.ts';
import { isDay } from '../../domain/session/calendar.ts';
import { err, ok, type Result } from '../../lib/result.ts';
import {
  type BareVerb,
  COMMANDS,
  type CommandRow,
  findCommand,
  type SessionTextVerb,
  type SessionVerb,
  type TextVerb,
} from './command-table.ts';
import { readFlags } from './flags.ts';
import { nearestWord } from './nearest-word.ts';
import { type Token, tokenize, unquote } from './tokens.ts';

export interface SpawnCommand {
  readonly verb: 'spawn';
  /** Empty with `text: null`: open the form. */
  readonly issues: readonly string[];
  readonly text: string | null;
  readonly project: string | null;
  readonly agent: string | null;
  readonly model: string | null;
  readonly base: string | null;
  readonly prompt: string | null;
  readonly plan: boolean;
  readonly again: boolean;
}

/** A range, where one end is given, goes before the span. */
export interface CostCommand {
  readonly verb: 'cost';
  readonly span: CostSpan;
  readonly from: string | null;
  readonly to: string | null;
  readonly by: CostGroup;
  readonly csv: boolean;
}

export type MergeMethod = 'squash' | 'merge' | 'rebase';

/** `session: null` means the session of the thread the command was written in. */
export type ParsedCommand =
  | SpawnCommand
  | {
      readonly verb: 'status';
      readonly project: string | null;
      readonly all: boolean;
      readonly mine: boolean;
    }
  | { readonly verb: BareVerb }
  | { readonly verb: 'inbox'; readonly all: boolean }
  | { readonly verb: SessionVerb; readonly session: string | null }
  | {
      readonly verb: SessionTextVerb;
      readonly session: string | null;
      readonly text: string | null;
    }
  | { readonly verb: 'merge'; readonly session: string | null; readonly method: MergeMethod | null }
  | {
      readonly verb: 'adopt';
      readonly pr: string;
      readonly project: string | null;
      readonly agent: string | null;
    }
  | { readonly verb: 'issues'; readonly project: string | null; readonly text: string | null }
  | CostCommand
  | { readonly verb: TextVerb; readonly text: string | null }
  | { readonly verb: 'help'; readonly about: string | null };

export interface GrammarError {
  /** What is wrong, ready to be read. */
  readonly message: string;
  /** A command line that would work, with its prefix. */
  readonly example: string;
}

/** What the grammar may ask about the world, to tell a session or project from a word. */
export interface GrammarContext {
  /** The command was written in a session's thread. */
  readonly inThread: boolean;
  isSession(word: string): boolean;
  isProject(word: string): boolean;
}

export type Parsed = Result<ParsedCommand, GrammarError>;

/** `text`: without the leading `/ao`, mention or `!`. Empty text asks for help. */
export function parseCommand(text: string, context: GrammarContext): Parsed {
  const { tokens, unclosed } = tokenize(text);
  const first = tokens[0];
  if (first === undefined) return ok({ verb: 'help', about: null });
  const row = findCommand(first.value);
  if (row === null) return err(unknownCommand(first, text));
  const line: Line = { row, text, args: tokens.slice(1), unclosed, context };
  return parseShape(line);
}

interface Line {
  readonly row: CommandRow;
  readonly text: string;
  /** Without the verb. */
  readonly args: readonly Token[];
  readonly unclosed: boolean;
  readonly context: GrammarContext;
}

function parseShape(line: Line): Parsed {
  const { row } = line;
  switch (row.shape) {
    case 'nothing':
      return line.args.length === 0
        ? ok({ verb: row.verb })
        : err(mistake(row, `${typed(row)} takes no arguments`));
    case 'session':
      return parseSession(line, row.verb);
    case 'session-text':
      return parseSessionText(line, row.verb, false);
    case 'session-needs-text':
      return parseSessionText(line, row.verb, true);
    case 'spawn':
      return parseSpawn(line);
    case 'status':
      return parseStatus(line);
    case 'inbox':
      return parseInbox(line);
    case 'adopt':
      return parseAdopt(line);
    case 'merge':
      return parseMerge(line);
    case 'issues':
      return parseIssues(line);
    case 'cost':
      return parseCost(line);
    case 'text':
      return ok({ verb: row.verb, text: restFrom(line, 0) });
    case 'help':
      return ok({ verb: 'help', about: line.args[0]?.value.toLowerCase() ?? null });
  }
}

function parseSession(line: Line, verb: SessionVerb): Parsed {
  const [session, extra] = line.args;
  if (extra !== undefined)
    return err(
      mistake(line.row, `${typed(line.row)} takes one session, not "${clip(extra.value)}" too`),
    );
  if (session === undefined && !line.context.inThread) return err(whichSession(line.row));
  return ok({ verb, session: session === undefined ? null : sessionWord(session.value) });
}

/** The text is taken as it was typed, so that nothing in it can be read as a flag. */
function parseSessionText(line: Line, verb: SessionTextVerb, needed: boolean): Parsed {
  const first = line.args[0];
  const named =
    first !== undefined &&
    (!line.context.inThread || line.context.isSession(sessionWord(first.value)));
  if (!named && !line.context.inThread) return err(whichSession(line.row));
  const text = restFrom(line, named ? 1 : 0);
  if (text === null && needed) return err(mistake(line.row, `${typed(line.row)} needs a text`));
  return ok({ verb, session: named ? sessionWord(first.value) : null, text });
}

function parseSpawn(line: Line): Parsed {
  if (line.unclosed)
    return err(mistake(line.row, 'A quote is not closed', 'spawn "make the login test stable"'));
  const read = readFlags(line.args, {
    values: ['project', 'agent', 'model', 'base', 'prompt'],
    switches: ['plan', 'again'],
  });
  if (!read.ok) return err(mistake(line.row, read.error));
  const { words, values, switches } = read.value;
  const loose = words.find((word) => !word.quoted && issueNames(word.value) === null);
  if (loose !== undefined) return err(looseText(line.row, words));
  const issues = words
    .filter((word) => !word.quoted)
    .flatMap((word) => issueNames(word.value) ?? []);
  const text = words
    .filter((word) => word.quoted)
    .map((word) => word.value.trim())
    .join('\n')
    .trim();
  if (issues.length > 0 && text !== '')
    return err(
      mistake(
        line.row,
        'Give issues or a free text, not both',
        'spawn 42 --prompt "keep the old API"',
      ),
    );
  return ok({
    verb: 'spawn',
    issues: [...new Set(issues)],
    text: text === '' ? null : text,
    project: values.get('project') ?? null,
    agent: values.get('agent') ?? null,
    model: values.get('model') ?? null,
    base: values.get('base') ?? null,
    prompt: values.get('prompt') ?? null,
    plan: switches.has('plan'),
    again: switches.has('again'),
  });
}

/** Numbers, `#42`, keys like ENG-12, addresses; several may be joined with commas. Null: no issue at all. */
function issueNames(word: string): string[] | null {
  const bare = word.replace(/^<(https?:[^|>]+)(\|[^>]*)?>$/, '$1');
  if (/^https?:\/\/\S+$/i.test(bare)) return [bare];
  const names = bare.split(',').filter((name) => name !== '');
  if (
    names.length === 0 ||
    !names.every((name) => /^(#?\d{1,9}|[a-z][a-z0-9_]*-\d{1,9})$/i.test(name))
  )
    return null;
  return names.map((name) => name.replace(/^#/, ''));
}

function looseText(row: CommandRow, words: readonly Token[]): GrammarError {
  const free = oneShort(words.map((word) => word.value).join(' '));
  return mistake(row, 'A free text goes in quotes', `spawn "${free.replaceAll('"', '')}"`);
}

function parseStatus(line: Line): Parsed {
  const read = readFlags(line.args, { values: [], switches: ['all', 'mine'] });
  if (!read.ok) return err(mistake(line.row, read.error));
  const [project, extra] = read.value.words;
  if (extra !== undefined)
    return err(
      mistake(line.row, `${typed(line.row)} takes one project, not "${clip(extra.value)}" too`),
    );
  return ok({
    verb: 'status',
    project: project?.value ?? null,
    all: read.value.switches.has('all'),
    mine: read.value.switches.has('mine'),
  });
}

function parseInbox(line: Line): Parsed {
  const read = readFlags(line.args, { values: [], switches: ['all'] });
  if (!read.ok) return err(mistake(line.row, read.error));
  const [extra] = read.value.words;
  if (extra !== undefined)
    return err(mistake(line.row, `${typed(line.row)} takes no "${clip(extra.value)}"`));
  return ok({ verb: 'inbox', all: read.value.switches.has('all') });
}

function parseAdopt(line: Line): Parsed {
  const read = readFlags(line.args, { values: ['project', 'agent'], switches: [] });
  if (!read.ok) return err(mistake(line.row, read.error));
  const [pr, extra] = read.value.words;
  if (pr === undefined) return err(mistake(line.row, `${typed(line.row)} needs a pull request`));
  if (extra !== undefined)
    return err(
      mistake(
        line.row,
        `${typed(line.row)} takes one pull request, not "${clip(extra.value)}" too`,
      ),
    );
  const { values } = read.value;
  return ok({
    verb: 'adopt',
    pr: pr.value.replace(/^#/, ''),
    project: values.get('project') ?? null,
    agent: values.get('agent') ?? null,
  });
}

function parseMerge(line: Line): Parsed {
  const read = readFlags(line.args, { values: [], switches: ['squash', 'rebase', 'merge'] });
  if (!read.ok) return err(mistake(line.row, read.error));
  const [session, extra] = read.value.words;
  const methods = (['squash', 'rebase', 'merge'] as const).filter((method) =>
    read.value.switches.has(method),
  );
  if (extra !== undefined)
    return err(
      mistake(line.row, `${typed(line.row)} takes one session, not "${clip(extra.value)}" too`),
    );
  if (methods.length > 1)
    return err(
      mistake(
        line.row,
        `Choose one of ${methods.map((method) => `--${method}`).join(' and ')}`,
        'merge app-7 --squash',
      ),
    );
  if (session === undefined && !line.context.inThread) return err(whichSession(line.row));
  return ok({
    verb: 'merge',
    session: session === undefined ? null : sessionWord(session.value),
    method: methods[0] ?? null,
  });
}

function parseIssues(line: Line): Parsed {
  const first = line.args[0];
  const named = first !== undefined && line.context.isProject(first.value);
  return ok({
    verb: 'issues',
    project: named ? first.value : null,
    text: restFrom(line, named ? 1 : 0),
  });
}

function parseCost(line: Line): Parsed {
  const read = readFlags(line.args, { values: ['by', 'from', 'to'], switches: ['csv'] });
  if (!read.ok) return err(mistake(line.row, read.error));
  const span = oneOf(COST_SPANS, read.value.words[0]?.value ?? 'today');
  const { values, switches } = read.value;
  const by = oneOf(COST_GROUPS, values.get('by') ?? 'project');
  const notADay = [values.get('from'), values.get('to')].find(
    (day) => day !== undefined && !isDay(day),
  );
  if (span === null || read.value.words.length > 1)
    return err(mistake(line.row, 'The time is today, week or month'));
  if (by === null)
    return err(
      mistake(line.row, `--by is ${COST_GROUPS.slice(0, -1).join(', ')} or ${COST_GROUPS.at(-1)}`),
    );
  if (notADay !== undefined)
    return err(
      mistake(line.row, `"${clip(notADay)}" isn't a day`, 'cost --from 2026-11-01 --to 2026-11-15'),
    );
  return ok({
    verb: 'cost',
    span,
    from: values.get('from') ?? null,
    to: values.get('to') ?? null,
    by,
    csv: switches.has('csv'),
  });
}

const oneOf = <T extends string>(allowed: readonly T[], word: string): T | null =>
  allowed.find((name) => name === word.toLowerCase()) ?? null;

/** The raw text from the n-th argument on, unquoted; null when there is none. */
function restFrom(line: Line, n: number): string | null {
  const start = line.args[n]?.start;
  const rest = start === undefined ? '' : unquote(line.text.slice(start));
  return rest === '' ? null : rest;
}

const sessionWord = (word: string): string => word.toLowerCase();

const typed = (row: CommandRow): string => `/ao ${row.verb}`;
const clip = (word: string): string => oneShort(word, 40);
const oneShort = (text: string, limit = 120): string => {
  const flat = text.replace(/\s+/g, ' ').trim();
  return flat.length <= limit ? flat : `${flat.slice(0, limit - 1)}…`;
};

const mistake = (row: CommandRow, what: string, example: string = row.example): GrammarError => ({
  message: `${what}${what.endsWith('?') ? '' : '.'} Example:  /ao ${example}`,
  example: `/ao ${example}`,
});

const whichSession = (row: CommandRow): GrammarError => ({
  message: `Which session? Say  /ao ${row.example}  or write it in the session's thread.`,
  example: `/ao ${row.example}`,
});

function unknownCommand(first: Token, text: string): GrammarError {
  const wrong = `"/ao ${clip(first.value)}" isn't a command.`;
  const words = COMMANDS.flatMap((row) => [row.verb, ...row.aliases]);
  const near = findCommand(nearestWord(first.value, words) ?? '');
  if (near === null) return { message: `${wrong} See  /ao help`, example: '/ao help' };
  const own = oneShort(text.trim().slice(first.value.length), 80);
  const example = `/ao ${own === '' ? near.example : `${near.verb} ${own}`}`;
  return { message: `${wrong} Did you mean  ${example} ?`, example };
}
