/** What `/ao spawn` is to work on: issues, or a free text in quotes or simply as it was written. */
import { err, ok, type Result } from '../../lib/result.ts';
import type { Token } from './tokens.ts';

export interface TaskWords {
  readonly issues: readonly string[];
  /** Null with no issues: nothing was named. */
  readonly text: string | null;
}

interface Line {
  readonly text: string;
  /** Without the verb. */
  readonly args: readonly Token[];
  readonly unclosed: boolean;
}

/** A sentence without its stop, and a line that would work. */
interface Mistake {
  readonly what: string;
  readonly example: string;
}

/** `words`: those arguments that belong to no option. */
export function readTask(line: Line, words: readonly Token[]): Result<TaskWords, Mistake> {
  const [first] = words;
  if (first === undefined || !words.some(isLoose)) return readQuoted(line, words);
  if (isIssue(first)) return err(NOT_BOTH);
  if (line.unclosed && line.args[0]?.quoted === true) return err(UNCLOSED);
  // Options stand before the words or after them; in between nobody can tell them from the words.
  const from = line.args.indexOf(first);
  const after = from + words.length;
  if (words.some((word, at) => line.args[from + at] !== word)) return err(IN_BETWEEN);
  return ok({ issues: [], text: line.text.slice(first.start, line.args[after]?.start).trim() });
}

function readQuoted({ unclosed }: Line, words: readonly Token[]): Result<TaskWords, Mistake> {
  if (unclosed) return err(UNCLOSED);
  const issues = words
    .filter((word) => !word.quoted)
    .flatMap((word) => issueNames(word.value) ?? []);
  const text = words
    .filter((word) => word.quoted)
    .map((word) => word.value.trim())
    .join('\n')
    .trim();
  if (issues.length > 0 && text !== '') return err(NOT_BOTH);
  return ok({ issues: [...new Set(issues)], text: text === '' ? null : text });
}

const isIssue = (word: Token): boolean => !word.quoted && issueNames(word.value) !== null;
const isLoose = (word: Token): boolean => !word.quoted && !isIssue(word);

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

const NOT_BOTH: Mistake = {
  what: 'Give issues or a free text, not both',
  example: 'spawn 42 --prompt "keep the old API"',
};
const UNCLOSED: Mistake = {
  what: 'A quote is not closed',
  example: 'spawn "make the login test stable"',
};
const IN_BETWEEN: Mistake = {
  what: 'Options go before or after the text, or the text goes in quotes',
  example: 'spawn "make the login test stable" --plan',
};
