import type { Command } from 'commander';
import type { Spawned } from '../../commands/commands.ts';
import type { ProjectView } from '../../commands/views.ts';
import { plainLine } from '../../lib/plain-text.ts';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { CommonOptions } from '../common-options.ts';

interface Options extends CommonOptions {
  readonly project?: string;
  readonly agent?: string;
  readonly model?: string;
  readonly base?: string;
  readonly prompt?: string;
  readonly plan?: boolean;
  readonly again?: boolean;
}

/** `42`, `#42`, `ENG-42`, or the address of an issue. */
const ISSUE = /^(#?\d+|[A-Z][A-Z0-9]*-\d+|https?:\/\/\S+)$/;

export const spawnCommand = (cli: Cli): Command =>
  baseCommand('spawn', 'Start an agent: one session per issue, or one for a task in words')
    .argument('<task...>', 'issue numbers, keys or addresses; or the task in words')
    .option('--project <id>', 'project id; not needed where there is only one')
    .option('--agent <name>', "coding agent; the project's own by default")
    .option('--model <name>', "model of the agent; the project's own by default")
    .option('--base <branch>', 'branch to begin at')
    .option('--prompt <text>', 'more words for the first prompt')
    .option('--plan', 'plan first, change nothing')
    .option('--again', 'another session on an issue that has one')
    .action(async (words: string[], options: Options) => {
      const { json, dataDir: _dataDir, config: _config, ...rest } = options;
      const task = await taskOf(cli, words, options);
      const spawned = await cli
        .api(options)
        .post<readonly Spawned[]>('/api/sessions', { ...rest, ...task });
      if (json) cli.out(JSON.stringify(spawned, null, 2));
      else for (const each of spawned) if (each.session !== null) cli.out(lineOf(each.session));
      const refused = spawned.flatMap((each) =>
        each.refusal === null ? [] : [each.refusal.message],
      );
      if (refused[0] !== undefined)
        throw new CliError(
          refused[0],
          1,
          refused.slice(1).map((message) => `error: ${message}`),
        );
    });

interface Task {
  readonly issues: readonly string[];
  readonly text: string | null;
  readonly project?: string;
}

async function taskOf(cli: Cli, words: readonly string[], options: Options): Promise<Task> {
  const [first = '', ...after] = words;
  // As in other orchestrators: `ao spawn app 42`. Only where `app` is a project; "Python 3" is a task.
  if (
    options.project === undefined &&
    !ISSUE.test(first) &&
    after.length > 0 &&
    after.every((word) => ISSUE.test(word)) &&
    (await cli.api(options).get<readonly ProjectView[]>('/api/projects')).some(
      ({ id }) => id === first,
    )
  )
    return { ...plainTask(after), project: first };
  return plainTask(words);
}

function plainTask(words: readonly string[]): Task {
  const issues = words.filter((word) => ISSUE.test(word));
  if (issues.length === words.length)
    return { issues: issues.map((issue) => issue.replace(/^#/, '')), text: null };
  if (issues.length > 0 && words.some((word) => word.includes(' ')))
    throw usageError(
      `either issues or a task in words, not both.  Quote the task: ao spawn "${words.join(' ')}"`,
    );
  return { issues: [], text: words.join(' ') };
}

const lineOf = (session: NonNullable<Spawned['session']>): string => {
  const queued =
    session.queue === null
      ? ''
      : `  queued at place ${session.queue.position}: ${session.queue.reason}`;
  return `${session.id}  ${session.status}  ${session.issue === null ? '' : `${session.issue} `}${plainLine(session.title)}${queued}  ao attach ${session.id}`;
};
