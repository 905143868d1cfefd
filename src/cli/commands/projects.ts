import path from 'node:path';
import { Command } from 'commander';
import type { ProjectView } from '../../commands/views.ts';
import { formatTable } from '../../lib/table.ts';
import { baseCommand } from '../base-command.ts';
import { changeConfig } from '../change-config.ts';
import type { Cli } from '../cli.ts';
import { CliError, EXIT } from '../cli-error.ts';
import type { CommonOptions } from '../common-options.ts';
import { placeOf } from '../config-place.ts';
import { projectId, suggestAnswers } from '../init-config.ts';
import { loadForCli } from '../load-for-cli.ts';

export const projectsCommand = (cli: Cli): Command =>
  new Command('projects')
    .description('Projects the bot works on')
    .addCommand(listCommand(cli), { isDefault: true })
    .addCommand(addCommand(cli))
    .addCommand(removeCommand(cli));

const listCommand = (cli: Cli): Command =>
  baseCommand('list', 'Projects with their sessions').action(async (options: CommonOptions) => {
    const projects = await cli.api(options).get<readonly ProjectView[]>('/api/projects');
    if (options.json) return cli.out(JSON.stringify(projects, null, 2));
    if (projects.length === 0) return cli.out('No projects.  Add one: ao projects add FOLDER');
    const rows = projects.map((each) => [
      each.id,
      each.agent,
      each.defaultBranch,
      `${each.live} live of ${each.sessions}`,
      each.path,
    ]);
    cli.out(formatTable([['PROJECT', 'AGENT', 'BASE', 'SESSIONS', 'PATH'], ...rows], cli.columns));
  });

interface AddOptions extends CommonOptions {
  readonly id?: string;
  readonly agent?: string;
  readonly prefix?: string;
}

const isAddress = (text: string): boolean =>
  /^([a-z][a-z0-9+.-]*:\/\/|[\w.-]+@[\w.-]+:)/i.test(text);

const addCommand = (cli: Cli): Command =>
  baseCommand('add', 'Add a repository to ao.yaml: a folder, or an address to clone')
    .argument('<repository>')
    .option('--id <id>', 'id of the project; the name of the folder by default')
    .option('--agent <agent>', 'its coding agent; the first installed one by default')
    .option('--prefix <prefix>', 'prefix of its session ids')
    .action(async (repository: string, options: AddOptions) => {
      const { id, entry } = await describe(cli, repository, options);
      const file = await changeConfig(cli, options, (document) => {
        if (document.hasIn(['projects', id]))
          throw new CliError(
            `ao.yaml has a project ${id} already.  Give this one another id: --id`,
          );
        document.setIn(['projects', id], document.createNode(entry));
      });
      if (options.json) return cli.out(JSON.stringify({ project: id, file }));
      cli.out(`${id} is in ${file}.  It counts from the next start: ao stop, then ao start`);
    });

async function describe(cli: Cli, repository: string, options: AddOptions) {
  const named = {
    ...(options.agent === undefined ? {} : { agent: options.agent }),
    ...(options.prefix === undefined ? {} : { sessionPrefix: options.prefix }),
  };
  if (isAddress(repository)) {
    const name = path.basename(repository.replace(/\/+$/, '')).replace(/\.git$/, '');
    return { id: options.id ?? projectId(name), entry: { path: repository, ...named } };
  }
  const answers = await suggestAnswers(cli, {
    path: repository,
    ...(options.id === undefined ? {} : { project: options.id }),
  });
  return {
    id: answers.project,
    entry: {
      path: answers.path,
      ...named,
      ...(answers.checks.length === 0 ? {} : { checks: answers.checks }),
    },
  };
}

const removeCommand = (cli: Cli): Command =>
  baseCommand('remove', 'Take a project out of ao.yaml; its repository, branches and history stay')
    .argument('<project>')
    .option('--force', 'also while sessions of it live: they are left without a bot')
    .action(async (id: string, options: CommonOptions & { force?: boolean }) => {
      const { config } = await loadForCli(cli, options);
      const known = Object.keys(config.projects);
      if (!known.includes(id))
        throw new CliError(
          `ao.yaml has no project ${id}.  There is ${known.join(', ') || 'none'}.`,
        );
      const live = await liveSessions(cli, id, options);
      if (live > 0 && !options.force)
        throw new CliError(
          `${live === 1 ? 'a session' : `${live} sessions`} of ${id} still live.  End them first (ao status ${id}), or: ao projects remove ${id} --force`,
        );
      const file = await changeConfig(
        cli,
        options,
        (document) => void document.deleteIn(['projects', id]),
      );
      if (options.json) return cli.out(JSON.stringify({ project: id, file }));
      cli.out(
        `${id} is out of ${file}.  It counts from the next start; to keep it and start nothing new: enabled: false`,
      );
    });

/** By the bot, or by its database while it is down. */
async function liveSessions(cli: Cli, project: string, options: CommonOptions): Promise<number> {
  try {
    return (
      (await cli.api(options).get<readonly ProjectView[]>('/api/projects')).find(
        (each) => each.id === project,
      )?.live ?? 0
    );
  } catch (error) {
    if (!(error instanceof CliError) || error.exitCode !== EXIT.notRunning) throw error;
    const { findDataDir } = await import('../data-dir.ts');
    const live = { type: 'list', project: null, ended: 0 } as const;
    const dataDir = findDataDir(options, cli.env, cli.cwd);
    const sessions = (await cli.readOffline(dataDir, live, placeOf(cli, options))) ?? [];
    return sessions.filter((session) => session.project === project && session.endedAt === null)
      .length;
  }
}
