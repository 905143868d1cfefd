import { COMMANDS, type CommandRow, findCommand } from './command-table.ts';
import { clip, oneShort } from './line.ts';
import { nearestWord } from './nearest-word.ts';
import type { GrammarError } from './parsed-command.ts';
import type { Token } from './tokens.ts';

export const mistake = (
  row: CommandRow,
  what: string,
  example: string = row.example,
): GrammarError => ({
  message: `${what}${what.endsWith('?') ? '' : '.'} Example:  /ao ${example}`,
  example: `/ao ${example}`,
});

export const whichSession = (row: CommandRow): GrammarError => ({
  message: `Which session? Say  /ao ${row.example}  or write it in the session's thread.`,
  example: `/ao ${row.example}`,
});

export function unknownCommand(first: Token, text: string): GrammarError {
  const wrong = `"/ao ${clip(first.value)}" isn't a command.`;
  const words = COMMANDS.flatMap((row) => [row.verb, ...row.aliases]);
  const near = findCommand(nearestWord(first.value, words) ?? '');
  if (near === null) return { message: `${wrong} See  /ao help`, example: '/ao help' };
  const own = oneShort(text.trim().slice(first.value.length), 80);
  const example = `/ao ${own === '' ? near.example : `${near.verb} ${own}`}`;
  return { message: `${wrong} Did you mean  ${example} ?`, example };
}
