import { err, ok, type Result } from '../../lib/result.ts';
import { nearestWord } from './nearest-word.ts';
import type { Token } from './tokens.ts';

export interface Flags {
  readonly words: readonly Token[];
  readonly values: ReadonlyMap<string, string>;
  readonly switches: ReadonlySet<string>;
}

/** `--name value`, `--name=value`, `--switch`; a dash that a phone made long counts as two. The error is a sentence without its stop. */
export function readFlags(
  tokens: readonly Token[],
  known: { readonly values: readonly string[]; readonly switches: readonly string[] },
): Result<Flags, string> {
  const words: Token[] = [];
  const values = new Map<string, string>();
  const switches = new Set<string>();
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    const flag = token.quoted ? null : /^(?:--|—|–)([^=]+)(?:=([\s\S]*))?$/.exec(token.value);
    if (flag === null) {
      words.push(token);
      continue;
    }
    const name = (flag[1] ?? '').toLowerCase();
    if (known.switches.includes(name) && flag[2] === undefined) {
      switches.add(name);
    } else if (known.values.includes(name)) {
      if (flag[2] === undefined) at += 1;
      const value = flag[2] ?? tokens[at]?.value ?? '';
      if (value.trim() === '') return err(`--${name} needs a value`);
      values.set(name, value);
    } else {
      return err(unknownFlag(name, known));
    }
  }
  return ok({ words, values, switches });
}

function unknownFlag(
  name: string,
  known: { readonly values: readonly string[]; readonly switches: readonly string[] },
): string {
  if (known.switches.includes(name)) return `--${name} takes no value`;
  const near = nearestWord(name, [...known.values, ...known.switches]);
  return `"--${name.slice(0, 40)}" isn't an option here${near === null ? '' : `, did you mean --${near}?`}`;
}
