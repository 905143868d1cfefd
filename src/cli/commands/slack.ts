import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { packageRoot } from '../../lib/package-root.ts';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import type { CommonOptions } from '../common-options.ts';

export const slackCommand = (cli: Cli): Command => {
  const slack = baseCommand('slack', 'What Slack needs to know of ao');
  slack.addCommand(
    baseCommand(
      'manifest',
      "Print the manifest that creates ao's app: paste it at api.slack.com/apps > Create New App > From a manifest",
    )
      .option(
        '--agent',
        "as an agent, for Slack's own status, title and Stop beside a thread; only some workspaces take it",
      )
      .action(async (options: CommonOptions & { agent?: boolean }) => {
        const file = readFileSync(path.join(packageRoot(), 'slack.manifest.yaml'), 'utf8');
        const text = options.agent === true ? file.replaceAll('# agent: ', '') : file;
        if (!options.json) return cli.out(text.trimEnd());
        const { parse } = await import('yaml');
        cli.out(JSON.stringify(parse(text), null, 2));
      }),
  );
  return slack;
};
