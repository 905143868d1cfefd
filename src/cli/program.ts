import { Command } from 'commander';
import type { Cli } from './cli.ts';

type Define = (cli: Cli) => Command;

/** Every command by the heading of `ao help` it stands under, loaded only when it is the one that runs (or when all are listed). */
const GROUPS = {
  Start: {
    init: async () => (await import('./commands/init.ts')).initCommand,
    start: async () => (await import('./commands/start.ts')).startCommand,
    stop: async () => (await import('./commands/stop.ts')).stopCommand,
    open: async () => (await import('./commands/open.ts')).openCommand,
    doctor: async () => (await import('./commands/doctor.ts')).doctorCommand,
  },
  Sessions: {
    spawn: async () => (await import('./commands/spawn.ts')).spawnCommand,
    adopt: async () => (await import('./commands/adopt.ts')).adoptCommand,
    orchestrator: async () => (await import('./commands/orchestrator.ts')).orchestratorCommand,
    status: async () => (await import('./commands/status.ts')).statusCommand,
    list: async () => (await import('./commands/list.ts')).listCommand,
    show: async () => (await import('./commands/show.ts')).showCommand,
    send: async () => (await import('./commands/send.ts')).sendCommand,
    answer: async () => (await import('./commands/answer.ts')).answerCommand,
    interrupt: async () => (await import('./commands/session-verbs.ts')).verbCommand('interrupt'),
    pause: async () => (await import('./commands/session-verbs.ts')).verbCommand('pause'),
    resume: async () => (await import('./commands/session-verbs.ts')).verbCommand('resume'),
    kill: async () => (await import('./commands/session-verbs.ts')).verbCommand('kill'),
    undo: async () => (await import('./commands/session-verbs.ts')).verbCommand('undo'),
    restore: async () => (await import('./commands/session-verbs.ts')).verbCommand('restore'),
    done: async () => (await import('./commands/session-verbs.ts')).verbCommand('done'),
    handoff: async () => (await import('./commands/handoff.ts')).handoffCommand,
  },
  'Pull requests': {
    diff: async () => (await import('./commands/diff.ts')).diffCommand,
    review: async () => (await import('./commands/review.ts')).reviewCommand,
    threads: async () => (await import('./commands/threads.ts')).threadsCommand,
    comment: async () => (await import('./commands/session-verbs.ts')).verbCommand('comment'),
    resolve: async () => (await import('./commands/session-verbs.ts')).verbCommand('resolve'),
    rerun: async () => (await import('./commands/session-verbs.ts')).verbCommand('rerun'),
    merge: async () => (await import('./commands/merge.ts')).mergeCommand,
  },
  Look: {
    attach: async () => (await import('./commands/attach.ts')).attachCommand,
    logs: async () => (await import('./commands/logs.ts')).logsCommand,
    inbox: async () => (await import('./commands/inbox.ts')).inboxCommand,
    issues: async () => (await import('./commands/issues.ts')).issuesCommand,
    projects: async () => (await import('./commands/projects.ts')).projectsCommand,
    ack: async () => (await import('./commands/session-verbs.ts')).verbCommand('ack'),
    snooze: async () => (await import('./commands/session-verbs.ts')).verbCommand('snooze'),
    follow: async () => (await import('./commands/session-verbs.ts')).verbCommand('follow'),
    unfollow: async () => (await import('./commands/session-verbs.ts')).verbCommand('unfollow'),
    mute: async () => (await import('./commands/session-verbs.ts')).verbCommand('mute'),
    unmute: async () => (await import('./commands/session-verbs.ts')).verbCommand('unmute'),
  },
  Money: {
    cost: async () => (await import('./commands/cost.ts')).costCommand,
    budget: async () => (await import('./commands/budget.ts')).budgetCommand,
    digest: async () => (await import('./commands/digest.ts')).digestCommand,
    quota: async () => (await import('./commands/quota.ts')).quotaCommand,
  },
  Access: {
    link: async () => (await import('./commands/link.ts')).linkCommand,
    unlink: async () => (await import('./commands/link.ts')).unlinkCommand,
    audit: async () => (await import('./commands/audit.ts')).auditCommand,
  },
  'Set-up and upkeep': {
    config: async () => (await import('./commands/config.ts')).configCommand,
    plugin: async () => (await import('./commands/plugin.ts')).pluginCommand,
    slack: async () => (await import('./commands/slack.ts')).slackCommand,
    discord: async () => (await import('./commands/discord.ts')).discordCommand,
    mcp: async () => (await import('./commands/mcp.ts')).mcpCommand,
    api: async () => (await import('./commands/api.ts')).apiCommand,
    prune: async () => (await import('./commands/prune.ts')).pruneCommand,
    backup: async () => (await import('./commands/backup.ts')).backupCommand,
    completion: async () => (await import('./commands/completion.ts')).completionCommand,
  },
  'For agents': {
    pr: async () => (await import('./commands/pr.ts')).prCommand,
    report: async () => (await import('./commands/report.ts')).reportCommand,
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, () => Promise<Define>>>>>;

type KeyOf<T> = T extends T ? keyof T : never;
/** Names of all commands, whatever heading they stand under. */
export type CommandName = KeyOf<(typeof GROUPS)[keyof typeof GROUPS]>;

const COMMANDS: Readonly<Record<string, () => Promise<Define>>> = Object.assign(
  {},
  ...Object.values(GROUPS),
);
const groupOf = (name: string): string =>
  Object.entries(GROUPS).find(([, commands]) => name in commands)?.[0] ?? '';

export const commandNames: readonly string[] = Object.keys(COMMANDS);

/** The program with some of its commands. Output goes through `cli`, errors are thrown. */
export async function programWith(cli: Cli, names: readonly string[]): Promise<Command> {
  const program = new Command('ao')
    .description("Runs fleets of AI coding agents from a team's chat.")
    .version(await version());
  program.helpCommand(true).showHelpAfterError(false);
  for (const name of names) {
    const define = await COMMANDS[name]?.();
    if (define !== undefined) program.addCommand(define(cli).helpGroup(`${groupOf(name)}:`));
  }
  for (const command of withSubcommands(program)) {
    command
      .exitOverride()
      .configureHelp({ subcommandTerm: nameOf })
      .configureOutput({
        writeOut: (text) => cli.out(text.trimEnd()),
        writeErr: () => {},
        getOutHelpWidth: () => Math.min(cli.columns ?? NARROW, WIDE),
      });
  }
  return program;
}

/** Columns of help where nobody says how many there are, and the most that reads well. */
const NARROW = 80;
const WIDE = 100;

/** The name alone: what it takes is in its own help, and would leave the words a narrow column here. */
const nameOf = (command: Command): string => command.name();

const withSubcommands = (command: Command): readonly Command[] => [
  command,
  ...command.commands.flatMap(withSubcommands),
];

async function version(): Promise<string> {
  const { packageVersion } = await import('./package-version.ts');
  return packageVersion();
}
