import type { CommandRow } from './command-table.ts';
import type { GrammarContext } from './parsed-command.ts';
import { type Token, unquote } from './tokens.ts';

export interface Line {
  readonly row: CommandRow;
  readonly text: string;
  /** Without the verb. */
  readonly args: readonly Token[];
  readonly unclosed: boolean;
  readonly context: GrammarContext;
}

/** The raw text from the n-th argument on, unquoted; null when there is none. */
export function restFrom(line: Line, n: number): string | null {
  const start = line.args[n]?.start;
  const rest = start === undefined ? '' : unquote(line.text.slice(start));
  return rest === '' ? null : rest;
}

export const sessionWord = (word: string): string => word.toLowerCase();

export const typed = (row: CommandRow): string => `/ao ${row.verb}`;

export const clip = (word: string): string => oneShort(word, 40);

export const oneShort = (text: string, limit = 120): string => {
  const flat = text.replace(/\s+/g, ' ').trim();
  return flat.length <= limit ? flat : `${flat.slice(0, limit - 1)}…`;
};
