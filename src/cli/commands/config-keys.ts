import type { Command } from 'commander';
import { type Document, isCollection, isNode, parseDocument, stringify } from 'yaml';
import { keyTable } from '../../config/key-table.ts';
import { needsRestart } from '../../config/needs-restart.ts';
import { configSchema } from '../../config/schema/config.ts';
import { keysAt } from '../../config/schema-keys.ts';
import { nearest } from '../../lib/nearest.ts';
import { formatTable } from '../../lib/table.ts';
import { baseCommand } from '../base-command.ts';
import { changeConfig } from '../change-config.ts';
import type { Cli } from '../cli.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { CommonOptions } from '../common-options.ts';
import { loadForCli } from '../load-for-cli.ts';
import { withoutSecrets } from '../without-secrets.ts';

type Steps = ReadonlyArray<string | number>;

/** `projects.app.checks[0].run` as its steps; a name with a dot in it goes in quotes: `projects."web.app".agent`. */
function stepsOf(key: string): Steps {
  const steps: Array<string | number> = [];
  const pattern = /(?:^|\.)(?:"([^"]+)"|([^.[\]"]+))|\[(\d+)\]/y;
  while (pattern.lastIndex < key.length) {
    const match = pattern.exec(key);
    if (match === null)
      throw usageError(
        `"${key}" isn't a key.  Keys look like projects.app.agent or schedules[0].cron: ao config keys`,
      );
    const [, quoted, plain, index] = match;
    steps.push(index === undefined ? (quoted ?? plain ?? '') : Number(index));
  }
  if (steps.length === 0) throw usageError('which key?  See: ao config keys');
  return steps;
}

export const getCommand = (cli: Cli): Command =>
  baseCommand('get', 'One value of the configuration in force')
    .argument('<key>', 'such as projects.app.agent')
    .action(async (key: string, options: CommonOptions) => {
      const { config, secrets } = await loadForCli(cli, options);
      let value: unknown = withoutSecrets(config, secrets);
      for (const [at, step] of stepsOf(key).entries()) {
        const inside = value as Readonly<Record<string | number, unknown>> | null | undefined;
        if (typeof inside !== 'object' || inside === null || !Object.hasOwn(inside, step))
          throw unset(key, stepsOf(key).slice(0, at), step);
        value = inside[step];
      }
      if (options.json) return cli.out(JSON.stringify(value, null, 2));
      cli.out(typeof value === 'string' ? value : stringify(value).trimEnd());
    });

function unset(key: string, above: Steps, step: string | number): CliError {
  const known = keysAt(configSchema, above);
  if (known.length === 0 || known.includes(String(step))) return new CliError(`${key} isn't set.`);
  const meant = nearest(String(step), known);
  return new CliError(
    `there is no key ${key}.  ${meant === null ? 'See: ao config keys' : `Did you mean ${meant}?`}`,
  );
}

export const setCommand = (cli: Cli): Command =>
  baseCommand(
    'set',
    'Change one value in ao.yaml; comments stay, and nothing is written that would not be in order',
  )
    .argument('<key>', 'such as projects.app.agent')
    .argument('[value]', 'as it would stand in the file: text, a number, true, [a, b]')
    .option('--unset', 'take the key out')
    .action(async (key: string, value: string | undefined, options: SetOptions) => {
      if ((value === undefined) !== (options.unset === true))
        throw usageError('give a value, or --unset.  See: ao config set --help');
      const steps = stepsOf(key);
      const before = await loadForCli(cli, options);
      const file = await changeConfig(cli, options, (document) => {
        if (value === undefined) remove(document, steps, key);
        else document.setIn(steps, nodeOf(document, steps, value));
      });
      const after = await loadForCli(cli, options);
      const restart = needsRestart(before.config, after.config).length > 0;
      if (options.json) return cli.out(JSON.stringify({ key, file, restart }));
      const counts = restart
        ? 'It counts from the next start: ao stop, then ao start'
        : 'A running bot takes it over by itself.';
      cli.out(`${key} is ${value === undefined ? 'out of' : 'set in'} ${file}.  ${counts}`);
    });

interface SetOptions extends CommonOptions {
  readonly unset?: boolean;
}

function remove(document: Document, steps: Steps, key: string): void {
  if (!document.hasIn(steps)) throw new CliError(`${key} isn't in the file.`);
  document.deleteIn(steps);
  // What became empty would be an error of its own kind for a reader: `projects: {}` says less than nothing.
  for (let n = steps.length - 1; n > 0; n -= 1) {
    const above = document.getIn(steps.slice(0, n));
    if (!isCollection(above) || above.items.length > 0) return;
    document.deleteIn(steps.slice(0, n));
  }
}

/** The value as YAML, with the comments of the one it replaces; text that YAML would refuse (`#ao`, `*`) is taken as it is. */
function nodeOf(document: Document, steps: Steps, value: string): unknown {
  const parsed = parseDocument(value);
  const node = document.createNode(
    parsed.errors.length > 0 || (value !== '' && parsed.contents === null) ? value : parsed.toJS(),
  );
  const old = document.getIn(steps, true);
  if (isNode(old) && isNode(node)) {
    if (old.comment != null) node.comment = old.comment;
    if (old.commentBefore != null) node.commentBefore = old.commentBefore;
  }
  return node;
}

export const keysCommand = (cli: Cli): Command =>
  baseCommand('keys', 'Every key of ao.yaml, what it takes, and what holds without it')
    .argument('[word]', 'only keys with this word in them or in their meaning')
    .action((word: string | undefined, options: CommonOptions) => {
      const rows = keyTable().filter(({ key, meaning }) =>
        `${key} ${meaning}`.toLowerCase().includes((word ?? '').toLowerCase()),
      );
      if (options.json) return cli.out(JSON.stringify(rows, null, 2));
      if (rows.length === 0) throw new CliError(`no key of ao.yaml is about ${word}.`);
      cli.out(
        formatTable(
          [
            ['KEY', 'TAKES', 'DEFAULT', 'MEANING'],
            ...rows.map(({ key, type, preset, meaning }) => [key, type, preset ?? '', meaning]),
          ],
          cli.columns,
        ),
      );
    });
