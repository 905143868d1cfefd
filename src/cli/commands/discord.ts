import { Command } from 'commander';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { CommonOptions } from '../common-options.ts';
import { loadForCli } from '../load-for-cli.ts';

export const discordCommand = (cli: Cli): Command => {
  const discord = new Command('discord').description('What Discord needs to know of ao');
  discord.addCommand(
    baseCommand(
      'register',
      'Register /ao and its completion in the servers of ao.yaml, where they differ; ao start does it too',
    ).action(async (options: CommonOptions) => {
      const { config } = await loadForCli(cli, options);
      const part = config.chat.discord;
      if (part === undefined)
        throw new CliError('there is no chat.discord in ao.yaml.  Make it: ao init discord');
      const { plugin: _plugin, enabled: _enabled, ...settings } = part;
      const { withDiscord } = await import('../init-discord.ts');
      const { plugins, chatCommands } = await cli.loadBot();
      const findings = await withDiscord(
        plugins,
        settings,
        async (plugin) => (await plugin.register?.(chatCommands)) ?? [],
      );
      const wrong = findings.filter((finding) => finding.level === 'error');
      if (wrong.length > 0)
        throw new CliError(
          'the commands could not be registered everywhere.',
          1,
          wrong.map((finding) => `${finding.what}  ${finding.fix ?? ''}`),
        );
      cli.out(
        options.json
          ? JSON.stringify(findings)
          : findings.map((finding) => `✓ ${finding.what}`).join('\n'),
      );
    }),
  );
  return discord;
};
