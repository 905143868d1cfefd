import { err, ok } from '../../lib/result.ts';
import type { CommandRow } from './command-table.ts';
import { readFlags } from './flags.ts';
import { type Line, oneShort } from './line.ts';
import { mistake } from './mistakes.ts';
import type { GrammarError, Parsed } from './parsed-command.ts';
import type { Token } from './tokens.ts';

export function parseSpawn(line: Line): Parsed {
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
