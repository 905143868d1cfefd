import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { hostProgram } from '../../plugins/shared/acp/host-program.ts';
import type { PermissionMode } from '../../src/domain/session/session.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type {
  AgentEvent,
  AgentPlugin,
  AgentSessionInfo,
  AgentWatch,
  LaunchPlan,
} from '../../src/slots/agent.ts';
import { NO_INBOX } from '../../src/slots/inbox.ts';
import type { KeyValue, PluginContext } from '../../src/slots/plugin.ts';
import { bundledProgram } from './bundled-program.ts';
import { fromTemplate } from './template-folder.ts';
import { startInTmux, type TmuxTerminal } from './tmux-terminal.ts';
import { type Truthy, until } from './until.ts';

/** Real programs take their time on a busy machine. */
const WAIT = 180_000;

export interface AgentWorldSpec {
  /** Builds the plugin; `home` is an empty folder of this world, the agent's HOME. */
  readonly plugin: (context: PluginContext, home: string) => AgentPlugin;
  /** The session's own environment: where the agent finds its model and its configuration. */
  readonly env: (home: string) => Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly model?: string | null;
  /** Whatever the world needs besides, closed at the end. */
  readonly close?: () => Promise<void>;
}

export interface LaunchRequest {
  readonly prompt: string | null;
  readonly permissions?: PermissionMode;
  readonly resume?: boolean;
  readonly rules?: string;
  /** Absent: the repository itself. */
  readonly cwd?: string;
}

const HOOK_TOKEN = 'token-of-app-1';

/** One session of one agent in a real terminal on a real repository, with the bot's side played by the test. */
export class AgentWorld {
  readonly repo: string;
  readonly home: string;
  readonly plugin: AgentPlugin;
  readonly events: AgentEvent[] = [];
  readonly #root: string;
  readonly #spec: AgentWorldSpec;
  readonly #server = createServer();
  #session: AgentSessionInfo | null = null;
  #terminal: TmuxTerminal | null = null;
  #watch: AgentWatch | null = null;
  #launches = 0;
  #agentSession: string | null = null;
  plan: LaunchPlan | null = null;

  constructor(spec: AgentWorldSpec) {
    this.#spec = spec;
    this.#root = mkdtempSync(join(tmpdir(), 'ao-agent-'));
    this.home = join(this.#root, 'home');
    this.repo = join(this.#root, 'repo');
    for (const folder of [
      this.home,
      this.repo,
      join(this.#root, 'state'),
      join(this.#root, 'data'),
    ])
      mkdirSync(folder);
    fromTemplate('repository of an agent', this.repo, (template) => {
      const git = (...args: string[]) => execFileSync('git', args, { cwd: template });
      git('init', '-q', '-b', 'main');
      git('config', 'user.email', 'dev@example.test');
      git('config', 'user.name', 'Dev');
      writeFileSync(join(template, 'README.md'), 'hello\n');
      git('add', '.');
      git('commit', '-qm', 'init');
    });
    this.plugin = spec.plugin(this.#context(), this.home);
    this.#serveHooks();
  }

  git(...args: string[]): string {
    return execFileSync('git', args, { cwd: this.repo, encoding: 'utf8' });
  }

  get watch(): AgentWatch {
    if (this.#watch === null) throw new Error('the bot is down');
    return this.#watch;
  }

  get terminal(): TmuxTerminal {
    if (this.#terminal === null) throw new Error('the agent was not launched');
    return this.#terminal;
  }

  async launch(request: LaunchRequest): Promise<void> {
    if (!this.#server.listening) await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    await this.#terminal?.kill();
    this.stopBot();
    this.#launches += 1;
    if (request.resume !== true) this.#agentSession = null;
    const baseEnv = {
      PATH: `${this.#ownCommands()}:${process.env.PATH ?? '/usr/bin:/bin'}`,
      HOME: this.home,
      LANG: 'C.UTF-8',
    };
    const session: AgentSessionInfo = {
      id: 'app-1',
      project: 'app',
      cwd: request.cwd ?? this.repo,
      repo: this.repo,
      model: this.#spec.model ?? null,
      permissions: request.permissions ?? 'permissionless',
      rules: request.rules ?? 'You work in a test.',
      agentSession: this.#agentSession,
      launch: this.#launches,
      args: this.#spec.args ?? [],
      env: this.#spec.env(this.home),
      hookUrl: `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`,
      hookToken: HOOK_TOKEN,
      stateDir: join(this.#root, 'state'),
    };
    this.plan = await this.plugin.plan(session, {
      prompt: request.prompt,
      resume: request.resume ?? false,
    });
    this.#agentSession = this.plan.agentSession ?? this.#agentSession;
    for (const [path, content] of Object.entries(this.plan.files)) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content, { mode: 0o600 });
    }
    this.#terminal = await startInTmux({
      cwd: session.cwd,
      argv: this.plan.argv.map((part) => (part === hostProgram() ? bundledProgram(part) : part)),
      env: { ...baseEnv, TERM: 'xterm-256color', ...this.plan.env },
    });
    this.#session = { ...session, agentSession: this.#agentSession };
    this.startBot();
    if (request.prompt !== null && !this.plan.promptIncluded) await this.deliver(request.prompt);
  }

  /** What the agent ran of ao's own commands, one line each. */
  get ownCommands(): readonly string[] {
    const file = join(this.#root, 'bin', 'ran');
    return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
  }

  /** A folder with an `ao` that only notes what it is asked for. */
  #ownCommands(): string {
    const folder = join(this.#root, 'bin');
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, 'ao'),
      `#!/bin/sh\nprintf '%s|' "$@" >> '${join(folder, 'ran')}'\necho >> '${join(folder, 'ran')}'\n`,
      { mode: 0o755 },
    );
    return folder;
  }

  /** What the plugin would say if the agent had to be resumed now. */
  async isConversationKept(): Promise<boolean> {
    if (this.#session === null) throw new Error('launch first');
    const session = {
      ...this.#session,
      agentSession: this.#agentSession,
      launch: this.#launches + 1,
    };
    return (
      (await this.plugin.plan(session, { prompt: null, resume: true })).conversationLost !== true
    );
  }

  /** Watches again, as after a restart of the bot. What was emitted before is forgotten. */
  startBot(): void {
    if (this.#session === null) throw new Error('launch first');
    this.events.length = 0;
    const session = { ...this.#session, agentSession: this.#agentSession };
    this.#watch = this.plugin.watch(session, this.terminal, (event) => {
      if (event.type === 'agent_session') this.#agentSession = event.id;
      this.events.push(event);
    });
  }

  /** The bot is gone: nobody watches, hooks find a closed door. */
  stopBot(): void {
    this.#watch?.close();
    this.#watch = null;
  }

  /** Kills the agent and what it started, without a word. */
  crash(): void {
    process.kill(-this.terminal.pid, 'SIGKILL');
  }

  /** The latest activity, or null. */
  activity(): Extract<AgentEvent, { type: 'activity' }> | null {
    return this.events.findLast((event) => event.type === 'activity') ?? null;
  }

  ofType<T extends AgentEvent['type']>(type: T): ReadonlyArray<Extract<AgentEvent, { type: T }>> {
    return this.events.filter(
      (event): event is Extract<AgentEvent, { type: T }> => event.type === type,
    );
  }

  accepted(text: string): boolean {
    return this.ofType('prompt_accepted').some((event) => event.text.trim() === text.trim());
  }

  /** Waits for an activity; on failure the screen tells why. */
  async untilState(
    state: string,
    more: (event: Extract<AgentEvent, { type: 'activity' }>) => boolean = () => true,
  ): Promise<Extract<AgentEvent, { type: 'activity' }>> {
    return this.waitFor(`state ${state}`, () => {
      const activity = this.activity();
      return activity !== null && activity.fact.state === state && more(activity) ? activity : null;
    });
  }

  async waitFor<T>(what: string, probe: () => T | Promise<T>): Promise<Truthy<T>> {
    try {
      return await until(probe, { what, timeoutMs: WAIT });
    } catch (error) {
      throw new Error(
        `${String(error)}\nevents: ${JSON.stringify(this.events.slice(-12), null, 1)}\nscreen:\n${await this.terminal.capture(40)}`,
      );
    }
  }

  /** Delivers as the bot does: again and again while the agent can't take text. */
  async deliver(text: string): Promise<void> {
    await this.waitFor(
      `delivery of ${text.slice(0, 40)}`,
      async () => (await this.watch.deliver(text, { attempt: 1, inDoubt: false })).type === 'typed',
    );
    await this.waitFor(`acceptance of ${text.slice(0, 40)}`, () => this.accepted(text));
  }

  /** Text of all files in a folder of the agent's home. */
  recordedBelow(folder: string): string {
    const root = join(this.home, folder);
    const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    return files.map((file) => readFileSync(join(file.parentPath, file.name), 'utf8')).join('\n');
  }

  async close(): Promise<void> {
    this.stopBot();
    await this.#terminal?.kill();
    this.#server.closeAllConnections();
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve));
    await this.#spec.close?.();
    rmSync(this.#root, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }

  #serveHooks(): void {
    this.#server.on('request', (incoming, response) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const watch = this.#watch;
        if (watch === null) return response.destroy();
        // As the bot: the token is read from the header only.
        if (incoming.headers.authorization !== `Bearer ${HOOK_TOKEN}`)
          return response.writeHead(401).end();
        void watch.hook(JSON.parse(Buffer.concat(chunks).toString('utf8'))).then((answer) => {
          response.writeHead(200, { 'content-type': 'application/json' });
          response.end(JSON.stringify(answer));
        });
        return undefined;
      });
    });
  }

  #context(): PluginContext {
    const values = new Map<string, unknown>();
    const kv: KeyValue = {
      get: (key) => values.get(key),
      set: (key, value) => void values.set(key, value),
      delete: (key) => void values.delete(key),
      list: (prefix) =>
        [...values]
          .filter(([key]) => key.startsWith(prefix))
          .toSorted(([a], [b]) => a.localeCompare(b)),
    };
    const silent = () => undefined;
    return {
      id: 'agent',
      clock: systemClock,
      logger: { debug: silent, info: silent, warn: silent, error: silent },
      dataDir: join(this.#root, 'data'),
      kv,
      inbox: NO_INBOX,
      env: { PATH: process.env.PATH ?? '/usr/bin:/bin', HOME: this.home, LANG: 'C.UTF-8' },
      shared: (_key, make) => make(),
      project: null,
    };
  }
}
