import { Command } from 'commander';
import { stringify } from 'yaml';
import { configJsonSchema } from '../../config/json-schema.ts';
import { untrustedWords } from '../../config/plugin-trust.ts';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import type { CommonOptions } from '../common-options.ts';
import { loadForCli } from '../load-for-cli.ts';
import { withoutSecrets } from '../without-secrets.ts';
import { getCommand, keysCommand, setCommand } from './config-keys.ts';

export const configCommand = (cli: Cli): Command =>
  new Command('config')
    .description('The configuration')
    .addCommand(checkCommand(cli))
    .addCommand(showCommand(cli))
    .addCommand(getCommand(cli))
    .addCommand(setCommand(cli))
    .addCommand(keysCommand(cli))
    .addCommand(schemaCommand(cli));

const checkCommand = (cli: Cli): Command =>
  baseCommand('check', 'Check ao.yaml; all that is wrong is listed with its place')
    .argument('[file]')
    .action(async (file: string | undefined, options: CommonOptions) => {
      const {
        file: found,
        notes,
        untrusted,
      } = await loadForCli(cli, {
        ...options,
        ...(file === undefined ? {} : { config: file }),
      });
      if (options.json) return cli.out(JSON.stringify({ file: found, notes, untrusted }, null, 2));
      for (const note of notes)
        cli.out(
          `${[found, note.line].filter((part) => part !== null).join(':')}: ${note.keyPath === '' ? '' : `${note.keyPath} `}${note.message}`,
        );
      if (found !== null && untrusted.length > 0)
        return cli.out(
          `${found} is in order as far as it can be checked without its plugins.\n${untrustedWords(found, untrusted)}`,
        );
      cli.out(
        found === null
          ? 'There is no ao.yaml; the defaults are in force.  Make one: ao init'
          : `${found} is in order.`,
      );
    });

const showCommand = (cli: Cli): Command =>
  baseCommand(
    'show',
    'The configuration in force: defaults filled in, values from the environment left out',
  ).action(async (options: CommonOptions) => {
    const { config, secrets } = await loadForCli(cli, options);
    const shown = withoutSecrets(config, secrets);
    cli.out(options.json ? JSON.stringify(shown, null, 2) : stringify(shown).trimEnd());
  });

const schemaCommand = (cli: Cli): Command =>
  baseCommand('schema', 'JSON Schema of ao.yaml, for editors').action(() =>
    cli.out(JSON.stringify(configJsonSchema(), null, 2)),
  );
