import { Command } from 'commander';
import type { Cli } from './cli.ts';

type Define = (cli: Cli) => Command;

/** Every command, loaded only when it is the one that runs (or when all are listed). In the order of `ao help`. */
const COMMANDS: Readonly<Record<string, () => Promise<Define>>> = {
  init: async () => (await import('./commands/init.ts')).initCommand,
  start: async () => (await import('./commands/start.ts')).startCommand,
  stop: async () => (await import('./commands/stop.ts')).stopCommand,
  open: async () => (await import('./commands/open.ts')).openCommand,
  status: async () => (await import('./commands/status.ts')).statusCommand,
  list: async () => (await import('./commands/list.ts')).listCommand,
  show: async () => (await import('./commands/show.ts')).showCommand,
  spawn: async () => (await import('./commands/spawn.ts')).spawnCommand,
  adopt: async () => (await import('./commands/adopt.ts')).adoptCommand,
  send: async () => (await import('./commands/send.ts')).sendCommand,
  answer: async () => (await import('./commands/answer.ts')).answerCommand,
  interrupt: async () => (await import('./commands/session-verbs.ts')).verbCommand('interrupt'),
  kill: async () => (await import('./commands/session-verbs.ts')).verbCommand('kill'),
  undo: async () => (await import('./commands/session-verbs.ts')).verbCommand('undo'),
  restore: async () => (await import('./commands/session-verbs.ts')).verbCommand('restore'),
  pause: async () => (await import('./commands/session-verbs.ts')).verbCommand('pause'),
  resume: async () => (await import('./commands/session-verbs.ts')).verbCommand('resume'),
  done: async () => (await import('./commands/session-verbs.ts')).verbCommand('done'),
  rerun: async () => (await import('./commands/session-verbs.ts')).verbCommand('rerun'),
  threads: async () => (await import('./commands/threads.ts')).threadsCommand,
  comment: async () => (await import('./commands/session-verbs.ts')).verbCommand('comment'),
  resolve: async () => (await import('./commands/session-verbs.ts')).verbCommand('resolve'),
  merge: async () => (await import('./commands/merge.ts')).mergeCommand,
  review: async () => (await import('./commands/review.ts')).reviewCommand,
  handoff: async () => (await import('./commands/handoff.ts')).handoffCommand,
  attach: async () => (await import('./commands/attach.ts')).attachCommand,
  logs: async () => (await import('./commands/logs.ts')).logsCommand,
  diff: async () => (await import('./commands/diff.ts')).diffCommand,
  inbox: async () => (await import('./commands/inbox.ts')).inboxCommand,
  ack: async () => (await import('./commands/session-verbs.ts')).verbCommand('ack'),
  snooze: async () => (await import('./commands/session-verbs.ts')).verbCommand('snooze'),
  mute: async () => (await import('./commands/session-verbs.ts')).verbCommand('mute'),
  unmute: async () => (await import('./commands/session-verbs.ts')).verbCommand('unmute'),
  issues: async () => (await import('./commands/issues.ts')).issuesCommand,
  projects: async () => (await import('./commands/projects.ts')).projectsCommand,
  cost: async () => (await import('./commands/cost.ts')).costCommand,
  digest: async () => (await import('./commands/digest.ts')).digestCommand,
  budget: async () => (await import('./commands/budget.ts')).budgetCommand,
  quota: async () => (await import('./commands/quota.ts')).quotaCommand,
  pr: async () => (await import('./commands/pr.ts')).prCommand,
  report: async () => (await import('./commands/report.ts')).reportCommand,
  link: async () => (await import('./commands/link.ts')).linkCommand,
  unlink: async () => (await import('./commands/link.ts')).unlinkCommand,
  audit: async () => (await import('./commands/audit.ts')).auditCommand,
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand,
  discord: async () => (await import('./commands/discord.ts')).discordCommand,
  slack: async () => (await import('./commands/slack.ts')).slackCommand,
  config: async () => (await import('./commands/config.ts')).configCommand,
  plugin: async () => (await import('./commands/plugin.ts')).pluginCommand,
  orchestrator: async () => (await import('./commands/orchestrator.ts')).orchestratorCommand,
  prune: async () => (await import('./commands/prune.ts')).pruneCommand,
  backup: async () => (await import('./commands/backup.ts')).backupCommand,
  completion: async () => (await import('./commands/completion.ts')).completionCommand,
};

export const commandNames: readonly string[] = Object.keys(COMMANDS);

/** The program with some of its commands. Output goes through `cli`, errors are thrown. */
export async function programWith(cli: Cli, names: readonly string[]): Promise<Command> {
  const program = new Command('ao')
    .description("Runs fleets of AI coding agents from a team's chat.")
    .version(await version());
  program.helpCommand(true).showHelpAfterError(false);
  for (const name of names) {
    const define = await COMMANDS[name]?.();
    if (define !== undefined) program.addCommand(define(cli));
  }
  for (const command of withSubcommands(program)) {
    command
      .exitOverride()
      .configureOutput({ writeOut: (text) => cli.out(text.trimEnd()), writeErr: () => {} });
  }
  return program;
}

const withSubcommands = (command: Command): readonly Command[] => [
  command,
  ...command.commands.flatMap(withSubcommands),
];

async function version(): Promise<string> {
  const { packageVersion } = await import('./package-version.ts');
  return packageVersion();
}
