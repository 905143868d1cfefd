import { Command } from 'commander';
import { z } from 'zod';
import { nameOf } from '../../config/external-plugins.ts';
import { loadConfig } from '../../config/load-config.ts';
import { confirmedIn, trustPlugins, untrustedWords } from '../../config/plugin-trust.ts';
import { nearest } from '../../lib/nearest.ts';
import { formatTable } from '../../lib/table.ts';
import type { PluginDefinition } from '../../slots/plugin.ts';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { CommonOptions } from '../common-options.ts';
import { loadForCli } from '../load-for-cli.ts';

export const pluginCommand = (cli: Cli): Command =>
  new Command('plugin')
    .description('Plugins')
    .addCommand(listCommand(cli))
    .addCommand(infoCommand(cli))
    .addCommand(trustCommand(cli));

/** Those of ao.yaml too, where it is in order. */
async function knownPlugins(
  cli: Cli,
  options: CommonOptions,
): Promise<readonly PluginDefinition[]> {
  const { plugins } = await cli.loadBot();
  const loaded = await loadConfig({
    path: options.config ?? null,
    searchFrom: cli.cwd,
    env: cli.env,
    plugins,
    trust: confirmedIn(cli.env, options.dataDir, cli.cwd),
  });
  if (loaded.ok) {
    const { file, untrusted } = loaded.value;
    if (file !== null && untrusted.length > 0) cli.err(`note: ${untrustedWords(file, untrusted)}`);
    return loaded.value.plugins;
  }
  cli.err(
    'note: only the built-in plugins are known, because the configuration has errors.  See: ao config check',
  );
  return plugins;
}

const summary = ({ slot, name, description }: PluginDefinition) => ({ slot, name, description });

const listCommand = (cli: Cli): Command =>
  baseCommand('list', 'All plugins, by slot').action(async (options: CommonOptions) => {
    const plugins = await knownPlugins(cli, options);
    if (options.json) return cli.out(JSON.stringify(plugins.map(summary), null, 2));
    cli.out(
      formatTable(
        [['SLOT', 'NAME', ''], ...plugins.map((each) => [each.slot, each.name, each.description])],
        cli.columns,
      ),
    );
  });

const infoCommand = (cli: Cli): Command =>
  baseCommand('info', 'What a plugin does, and its part of the configuration')
    .argument('<name>', 'name, or slot/name where two slots have the same')
    .action(async (wanted: string, options: CommonOptions) => {
      const plugins = await knownPlugins(cli, options);
      const found = plugins.filter(
        (plugin) => plugin.name === wanted || `${plugin.slot}/${plugin.name}` === wanted,
      );
      if (found.length === 0) throw unknownPlugin(wanted, plugins);
      const infos = found.map((plugin) => ({
        ...summary(plugin),
        config: z.toJSONSchema(plugin.config, { io: 'input', unrepresentable: 'any' }),
      }));
      if (options.json) return cli.out(JSON.stringify(infos, null, 2));
      cli.out(
        infos
          .map(({ slot, name, description, config }) =>
            [`${slot}/${name}: ${description}`, ...keyLines(config)].join('\n'),
          )
          .join('\n\n'),
      );
    });

const trustCommand = (cli: Cli): Command =>
  baseCommand('trust', 'Confirm the plugins that ao.yaml names: ao start runs their code').action(
    async (options: CommonOptions) => {
      const { store } = confirmedIn(cli.env, options.dataDir, cli.cwd);
      const { file, config } = await loadForCli(cli, options);
      if (file === null || config.plugins.length === 0)
        throw new CliError(`${file ?? 'the configuration'} names no plugins.`);
      trustPlugins(store, file, config.plugins);
      const named = config.plugins.map(nameOf);
      if (options.json) return cli.out(JSON.stringify({ file, trusted: named, store }));
      cli.out(
        `${named.join(', ')} of ${file}: confirmed, until the names or the code they begin with change.`,
      );
    },
  );

function unknownPlugin(wanted: string, plugins: readonly PluginDefinition[]): CliError {
  const meant = nearest(
    wanted,
    plugins.map((plugin) => plugin.name),
  );
  return new CliError(
    `there is no plugin ${wanted}.${meant === null ? '' : `  Did you mean ${meant}?`}  See: ao plugin list`,
  );
}

function keyLines(schema: object): readonly string[] {
  const { properties = {} } = schema as {
    properties?: Record<string, { type?: string; description?: string; default?: unknown }>;
  };
  return Object.entries(properties).map(([key, value]) => {
    const preset = value.default === undefined ? '' : ` (${JSON.stringify(value.default)})`;
    return `  ${key}: ${value.description ?? value.type ?? ''}${preset}`;
  });
}
