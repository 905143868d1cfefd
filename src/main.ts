/** Composition root: the only file besides the CLI's entry that knows the built-in plugins and the process. */

import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { builtInPlugins } from '../plugins/index.ts';
import { type App, DataDirTaken } from './app/app.ts';
import { CannotStart } from './app/cannot-start.ts';
import { childEnvironment } from './app/child-environment.ts';
import { createApp } from './app/create-app.ts';
import { loadPlugins } from './app/load-plugins.ts';
import { openLog } from './app/log.ts';
import { createPluginInstances } from './app/plugin-instances.ts';
import { type Prepared, prepare } from './app/prepare.ts';
import { projectsOf } from './app/projects.ts';
import { readOrMakeToken } from './app/token-file.ts';
import { typedCommands } from './chat/grammar/typed-commands.ts';
import type { BotModule, StartOptions } from './cli/bot-module.ts';
import { EXIT } from './cli/cli-error.ts';
import { knownSecrets } from './config/known-secrets.ts';
import { DatabaseRefused, makeDataDir } from './db/open.ts';
import { PortInUse } from './http/listen.ts';
import { systemClock } from './lib/clock.ts';
import { readOwnFile } from './lib/guarded/own-file.ts';
import { FileRefused } from './lib/guarded/problem.ts';
import { writeJsonFile } from './lib/json-file.ts';
import { packageRoot } from './lib/package-root.ts';
import { closeToOthers } from './lib/private-files.ts';
import { createRedact, createRedactor } from './lib/redact.ts';
import { growWhileSmall } from './lib/small-heap.ts';
import type { Project } from './lifecycle/plugins.ts';
import { PluginError } from './slots/errors.ts';
import { NO_INBOX } from './slots/inbox.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Expected failures are one clear message and an exit code. */
async function start(options: StartOptions): Promise<number> {
  try {
    return await run(options);
  } catch (error) {
    const message = explained(error);
    if (message === null) throw error;
    process.stderr.write(`error: ${createRedact([])(message)}\n`);
    return error instanceof CannotStart && error.ofConfig ? EXIT.config : EXIT.failed;
  }
}

function explained(error: unknown): string | null {
  const expected =
    error instanceof CannotStart ||
    error instanceof DatabaseRefused ||
    error instanceof DataDirTaken ||
    error instanceof PortInUse ||
    error instanceof FileRefused ||
    error instanceof PluginError;
  return expected ? error.message : null;
}

async function run(options: StartOptions): Promise<number> {
  // A file-size limit then is an error of the write, told in words, and not the end of the process.
  process.on('SIGXFSZ', () => {});
  // However it was started: nothing that the bot or its children make is for other users of the machine.
  process.umask(0o077);
  const root = packageRoot();
  const childEnv = childEnvironment(options.env, [join(root, 'bin'), dirname(process.execPath)]);
  const prepared = await prepare(options, builtInPlugins, childEnv, say);
  for (const note of prepared.notes) say(`note: ${note}`);
  makeDataDir(prepared.dataDir);
  for (const { path } of closeToOthers(prepared.dataDir))
    say(`note: others can read ${path}, and it isn't yours to close. See: ao doctor`);
  const token = prepared.config.auth.token ?? readOrMakeToken(prepared.dataDir);
  const proxyToken =
    prepared.config.auth.proxyHeader === undefined
      ? []
      : [readOrMakeToken(prepared.dataDir, 'proxy-token')];
  const redactor = createRedactor(
    knownSecrets(prepared.config, prepared.secrets, token, ...proxyToken),
  );
  const logger = openLog(prepared.dataDir, options.env.AO_LOG_LEVEL, redactor.redact);
  const projects = await lookAtProjects(prepared, childEnv);
  await loadPlugins(prepared.plugins, prepared.config);
  let app: App;
  try {
    app = createApp({
      config: prepared.config,
      projects,
      definitions: prepared.plugins,
      dataDir: prepared.dataDir,
      migrations: join(root, 'migrations'),
      pageDir: join(root, 'dist', 'page'),
      clock: systemClock,
      logger,
      childEnv,
      agentBin: join(root, 'bin', 'agent'),
      token,
      ...(proxyToken[0] === undefined ? {} : { proxyToken: proxyToken[0] }),
      secrets: prepared.secrets,
      redactor,
      host: prepared.config.host,
      port: prepared.config.port,
      version: version(root),
      demo: prepared.demo,
      ...(options.onStep === undefined ? {} : { onStep: options.onStep }),
    });
  } catch (error) {
    throw error instanceof DataDirTaken
      ? new CannotStart(
          `${error.message}${whoHasIt(prepared.dataDir)} Stop it with  ao stop, or use another data directory.`,
        )
      : error;
  }
  const started = await app.start().catch(async (error: unknown) => {
    await app.stop().catch(() => undefined);
    throw error;
  });
  const botFile = join(prepared.dataDir, 'bot.json');
  const { port, url } = started;
  writeJsonFile(botFile, { pid: process.pid, host: prepared.config.host, port, url });
  say(`ao runs at ${started.url}${started.loginPath()}`);
  growWhileSmall();
  say(
    `  ${projects.length === 1 ? 'project' : 'projects'}: ${projects.map((project) => `${project.id} (${project.repo}, agent ${project.agent})`).join(', ')}`,
  );
  if (prepared.demo)
    say(
      '  This is the sample project with the demo agent, which is not an AI. Open the address and type  /ao spawn 1',
    );
  say(`  log: ${logger.file}   stop: Ctrl-C (agents keep running)`);
  void app.missingAgents().then((missing) => {
    for (const sentence of missing) say(`warning: ${sentence}`);
  });
  if (!process.stdin.isTTY) process.on('SIGHUP', () => void reload(app, options, childEnv));
  const signal = await ended();
  const live = app.reader.sessions({ live: true }).length;
  say(
    live === 0
      ? `Stopped (${signal}).`
      : `Stopped (${signal}). ${live === 1 ? '1 agent goes' : `${live} agents go`} on without ao; start it again to take up where they are.`,
  );
  rmSync(botFile, { force: true });
  await app.stop();
  return 0;
}

/** SIGHUP without a terminal: a bad new file is refused and the old one stays in force. */
async function reload(
  app: App,
  options: StartOptions,
  childEnv: Readonly<Record<string, string>>,
): Promise<void> {
  try {
    const next = await prepare(options, builtInPlugins, childEnv, say);
    await loadPlugins(next.plugins, next.config);
    const fixed = app.reload(next.config, next.secrets);
    say(
      fixed.length === 0
        ? 'The configuration was read again.'
        : `The configuration was not taken: a change of ${fixed.join(', ')} needs a restart. The old one stays in force.`,
    );
  } catch (error) {
    const message = explained(error);
    if (message === null) throw error;
    app.reloadFailed(message);
    say(`The configuration was not taken, the old one stays in force.\n${message}`);
  }
}

/** Looks once at what must be there, so that a wrong path is one sentence now and not a failed session later. */
async function lookAtProjects(
  prepared: Prepared,
  childEnv: Readonly<Record<string, string>>,
): Promise<readonly Project[]> {
  const { config } = prepared;
  const draft = projectsOf(config, {}, 'command');
  const instances = temporaryInstances(prepared, draft, childEnv);
  const branches: Record<string, string> = {};
  for (const project of draft) {
    try {
      branches[project.id] = (
        await instances.workspaceFor(project.id).checkRepository(project.repo)
      ).defaultBranch;
    } catch (error) {
      throw error instanceof PluginError
        ? new CannotStart(`Project ${project.id}: ${error.message}`)
        : error;
    }
  }
  return projectsOf(config, branches, await firstInstalledAgent(instances));
}

/** Plugins that are only asked about the machine; they keep nothing. */
function temporaryInstances(
  prepared: Prepared,
  projects: readonly Project[],
  env: Readonly<Record<string, string>>,
): ReturnType<typeof createPluginInstances> {
  const quiet = { debug() {}, info() {}, warn() {}, error() {} };
  return createPluginInstances({
    config: prepared.config,
    current: () => prepared.config,
    definitions: prepared.plugins,
    projects,
    kvOf: () => NO_VALUES,
    inboxOf: () => NO_INBOX,
    dataDir: prepared.dataDir,
    clock: systemClock,
    logger: quiet,
    env,
    runtimesInUse: () => [],
    workspacesInUse: () => [],
  });
}

const NO_VALUES = { get: () => undefined, set() {}, delete() {}, list: () => [] };

const PREFERRED = [
  'claude-code',
  'codex',
  'opencode',
  'cursor',
  'aider',
  'gemini',
  'goose',
  'kimi',
];

async function firstInstalledAgent(
  instances: ReturnType<typeof createPluginInstances>,
): Promise<string> {
  const known = new Set(instances.agentNames());
  for (const name of PREFERRED.filter((candidate) => known.has(candidate))) {
    if ((await instances.agent(name).detect()).found) return name;
  }
  return 'claude-code';
}

function whoHasIt(dataDir: string): string {
  try {
    const bot = JSON.parse(readOwnFile(join(dataDir, 'bot.json')) ?? '') as {
      pid: number;
      url: string;
    };
    return ` It is process ${bot.pid} at ${bot.url}.`;
  } catch {
    // It is just starting, or died while writing; that it has the lock is known all the same.
    return '';
  }
}

const version = (root: string): string =>
  (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;

function ended(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const signals = [
      'SIGINT',
      'SIGTERM',
      ...(process.stdin.isTTY ? ['SIGHUP' as const] : []),
    ] as const;
    for (const signal of signals) process.once(signal, () => resolve(signal));
  });
}

export const bot: BotModule = { plugins: builtInPlugins, chatCommands: typedCommands, start };
