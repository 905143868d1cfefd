import { Command } from 'commander';
import type { ProjectView } from '../../commands/views.ts';
import { formatTable } from '../../lib/table.ts';
import { baseCommand } from '../base-command.ts';
import type { Cli, CommonOptions } from '../cli.ts';

export const projectsCommand = (cli: Cli): Command =>
  new Command('projects').description('Projects the bot works on').addCommand(
    baseCommand('list', 'Projects with their sessions').action(async (options: CommonOptions) => {
      const projects = await cli.api(options).get<readonly ProjectView[]>('/api/projects');
      if (options.json) return cli.out(JSON.stringify(projects, null, 2));
      if (projects.length === 0) return cli.out('No projects.  Add one to ao.yaml: ao init');
      const rows = projects.map((each) => [each.id, each.agent, each.defaultBranch, `${each.live} live of ${each.sessions}`, each.path]);
      cli.out(formatTable([['PROJECT', 'AGENT', 'BASE', 'SESSIONS', 'PATH'], ...rows], cli.columns));
    }),
    { isDefault: true },
  );
