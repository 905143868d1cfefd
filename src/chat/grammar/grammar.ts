/** From what a person typed after `/ao` to one closed union. Pure and total: a mistake is a value, never an exception. */
import { err, ok } from '../../lib/result.ts';
import { findCommand } from './command-table.ts';
import { type Line, restFrom, typed } from './line.ts';
import { mistake, unknownCommand } from './mistakes.ts';
import { parseCost, parseInbox, parseIssues, parseStatus } from './parse-lists.ts';
import { parseAdopt, parseMerge, parseSession, parseSessionText } from './parse-session.ts';
import { parseSpawn } from './parse-spawn.ts';
import type { GrammarContext, Parsed } from './parsed-command.ts';
import { tokenize } from './tokens.ts';

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
