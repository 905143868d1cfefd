import { type ParseArgsConfig, parseArgs } from 'node:util';

/** Options of one command that take a value, by their long names, with the letter where there is one. */
export type Valued = Readonly<Record<string, string | null>>;

export interface Words {
  readonly positionals: readonly string[];
  /** Values in their order; empty: the option isn't there. */
  values(name: string): readonly string[];
  has(name: string): boolean;
}

/** Reads a line as gh does: `-Xvalue`, `-X value`, `--name=value`, letters in a row, all after `--` as it is. */
export function readWords(
  args: readonly string[],
  valued: Valued,
  flags: Readonly<Record<string, string>> = {},
): Words {
  const options: NonNullable<ParseArgsConfig['options']> = {};
  for (const [name, short] of Object.entries(valued))
    options[name] = { type: 'string', multiple: true, ...(short === null ? {} : { short }) };
  for (const [name, short] of Object.entries({ help: 'h', ...flags }))
    if (options[name] === undefined && !Object.values(valued).includes(short))
      options[name] = { type: 'boolean', ...(short === '' ? {} : { short }) };
  const { values, positionals } = parseArgs({
    args: [...args],
    options,
    allowPositionals: true,
    strict: false,
  });
  return {
    positionals,
    values(name) {
      const found = values[name];
      // `-X=PUT` is `-XPUT` to gh.
      return Array.isArray(found)
        ? found.filter((one) => typeof one === 'string').map((one) => one.replace(/^=/, ''))
        : [];
    },
    has: (name) => values[name] !== undefined && values[name] !== false,
  };
}
