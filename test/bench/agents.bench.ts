// What watching coding agents costs: time from launch to the accepted prompt against the program alone, time from a change at the agent to the
// event in the bot, CPU of a hundred idle sessions. Real programs where AO_AGENTS_DIR has them, else the fakes of the tests.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { configSchema as claudeConfig } from '../../plugins/agent/claude-code/config.ts';
import { createClaudeAgent } from '../../plugins/agent/claude-code/index.ts';
import { configSchema as codexConfig } from '../../plugins/agent/codex/config.ts';
import { createCodexAgent } from '../../plugins/agent/codex/index.ts';
import { configSchema as opencodeConfig } from '../../plugins/agent/opencode/config.ts';
import { createOpencodeAgent } from '../../plugins/agent/opencode/index.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { AgentPlugin, AgentSessionInfo, AgentTerminal, AgentWatch } from '../../src/slots/agent.ts';
import type { PluginContext } from '../../src/slots/plugin.ts';
import { AgentWorld, type AgentWorldSpec } from '../support/agent-world.ts';
import { fakeProgram } from '../support/fake-program.ts';
import { until } from '../support/until.ts';
import { makeBenchWorld } from './support/bench-world.ts';
import { type Figure, median, report } from './support/figures.ts';

const ROUNDS = Number(process.env.AO_BENCH_ROUNDS ?? 5);
const IDLE = 100;
const IDLE_SECONDS = 20;
const CHANGES = 20;

interface Subject {
  readonly name: string;
  readonly spec: (plugin: (made: AgentPlugin) => AgentPlugin) => AgentWorldSpec;
  /** Where the program itself writes down the prompt it took. */
  readonly record: (home: string) => string;
}

const SUBJECTS: readonly Subject[] = [
  {
    name: 'claude-code',
    spec: (wrap) => ({
      plugin: (context, home) => wrap(createClaudeAgent(claudeConfig.parse({ command: fakeProgram(home, 'claude', 'fake-claude.ts') }), context)),
      env: (home) => ({ CLAUDE_CONFIG_DIR: join(home, 'config') }),
    }),
    record: (home) => join(home, 'config', 'projects'),
  },
  {
    name: 'codex',
    spec: (wrap) => ({
      plugin: (context, home) => wrap(createCodexAgent(codexConfig.parse({ command: fakeProgram(home, 'codex', 'fake-codex.ts') }), context)),
      env: (home) => ({ CODEX_HOME: join(home, 'codex') }),
    }),
    record: (home) => join(home, 'codex', 'sessions'),
  },
];

const UNWATCHED: AgentWatch = {
  deliver: async () => ({ type: 'deferred', reason: 'nobody watches' }),
  interrupt: async () => undefined,
  answer: async () => undefined,
  hook: async () => ({}),
  close: () => undefined,
};

const holds = (folder: string, words: string): boolean =>
  existsSync(folder) &&
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).some(
    (file) => file.endsWith('.jsonl') && readFileSync(join(folder, file), 'utf8').includes(words),
  );

/** From the decision to launch to the program's own record of the prompt, watched or not. */
async function launchTime(subject: Subject, watched: boolean): Promise<number> {
  const world = new AgentWorld(subject.spec((made) => (watched ? made : { ...made, watch: () => UNWATCHED })));
  const prompt = `SAY: hello ${randomUUID()}`;
  const started = performance.now();
  try {
    await world.launch({ prompt });
    await until(() => (watched ? world.accepted(prompt) : holds(subject.record(world.home), prompt.slice(5))), { what: 'the prompt', timeoutMs: 60_000 });
    return performance.now() - started;
  } finally {
    await world.close();
  }
}

async function launches(subject: Subject): Promise<Figure> {
  const [ao, alone]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    alone.push(await launchTime(subject, false));
    ao.push(await launchTime(subject, true));
  }
  const over = median(ao) - median(alone);
  return {
    what: `${subject.name}: launch to the accepted prompt, over the program alone (${median(alone).toFixed(0)} ms)`,
    value: over,
    unit: 'ms',
    limit: 300,
    runs: ROUNDS,
  };
}

const world = makeBenchWorld();
const silent = (): undefined => undefined;
const contextOf = (home: string): PluginContext => ({
  id: 'agent',
  clock: systemClock,
  logger: { debug: silent, info: silent, warn: silent, error: silent },
  dataDir: world.path,
  kv: { get: () => undefined, set: silent, delete: silent, list: () => [] },
  env: { PATH: process.env.PATH ?? '', HOME: home },
  shared: (_key, make) => make(),
  project: null,
});
const terminal: AgentTerminal = {
  write: async () => undefined,
  keys: async () => undefined,
  capture: async () => '› Ask Codex to do anything\n\n  model · ? for shortcuts',
};

const sessionOf = (n: number, agentSession: string, env: Readonly<Record<string, string>>): AgentSessionInfo => {
  const cwd = join(world.path, 'trees', `app-${n}`);
  const stateDir = join(world.path, 'state', agentSession);
  for (const folder of [cwd, stateDir]) mkdirSync(folder, { recursive: true });
  return {
    id: `app-${n}`,
    project: 'app',
    cwd,
    repo: cwd,
    model: null,
    permissions: 'default',
    rules: '',
    agentSession,
    launch: 1,
    args: [],
    env,
    hookUrl: 'http://127.0.0.1:9/hook',
    hookToken: 'x',
    stateDir,
  };
};

interface Idle {
  readonly name: string;
  readonly plugin: AgentPlugin;
  /** Makes the files of an idle session; returns a change of it, which the watch has to notice. */
  readonly session: (n: number) => { readonly info: AgentSessionInfo; readonly change: (() => void) | null };
}

function idleClaude(): Idle {
  const config = join(world.path, 'claude');
  mkdirSync(join(config, 'sessions'), { recursive: true });
  return {
    name: 'claude-code',
    plugin: createClaudeAgent(claudeConfig.parse({ command: 'claude' }), contextOf(world.path)),
    session(n) {
      const id = randomUUID();
      const info = sessionOf(n, id, { CLAUDE_CONFIG_DIR: config });
      const pid = spawn('sleep', ['1000'], { stdio: 'ignore' }).on('spawn', silent).pid ?? 0;
      pids.push(pid);
      const transcripts = join(config, 'projects', info.cwd.replace(/[^A-Za-z0-9]/g, '-'));
      mkdirSync(transcripts, { recursive: true });
      writeFileSync(join(transcripts, `${id}.jsonl`), '');
      const status = (state: string): void =>
        writeFileSync(
          join(config, 'sessions', `${pid}.json`),
          JSON.stringify({ pid, sessionId: id, cwd: info.cwd, kind: 'interactive', status: state, statusUpdatedAt: Date.now() }),
        );
      status('idle');
      let busy = false;
      return {
        info,
        change() {
          busy = !busy;
          status(busy ? 'busy' : 'idle');
        },
      };
    },
  };
}

function idleCodex(): Idle {
  const home = join(world.path, 'codex');
  const day = join(home, 'sessions', '2026', '03', '03');
  mkdirSync(day, { recursive: true });
  return {
    name: 'codex',
    plugin: createCodexAgent(codexConfig.parse({ command: 'codex' }), contextOf(world.path)),
    session(n) {
      const id = randomUUID();
      const info = sessionOf(n, id, { CODEX_HOME: home });
      const rollout = join(day, `rollout-2026-03-03T09-00-00-${id}.jsonl`);
      const line = (payload: object, type = 'event_msg'): void =>
        appendFileSync(rollout, `${JSON.stringify({ timestamp: new Date().toISOString(), type, payload })}\n`);
      line({ id, cwd: info.cwd }, 'session_meta');
      line({ type: 'task_complete', last_agent_message: 'done' });
      let busy = false;
      return {
        info,
        change() {
          busy = !busy;
          line(busy ? { type: 'task_started' } : { type: 'task_complete', last_agent_message: 'done' });
        },
      };
    },
  };
}

/** One server for all: opencode has one in each terminal, which costs the bot one open stream. */
async function idleOpencode(): Promise<Idle> {
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/event')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"type":"server.connected","properties":{}}\n\n');
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(request.url?.startsWith('/session/status') ? '{}' : '[]');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  const { port } = server.address() as AddressInfo;
  const plugin = createOpencodeAgent(opencodeConfig.parse({ command: 'opencode' }), contextOf(world.path));
  return {
    name: 'opencode',
    plugin,
    session(n) {
      const info = sessionOf(n, `ses_${n}`, {});
      writeFileSync(join(info.stateDir, 'opencode-launch.json'), JSON.stringify({ launch: 1, port, password: 'x', prompt: null, at: Date.now() }));
      return { info, change: null };
    },
  };
}

const pids: number[] = [];

async function idle({ name, plugin, session }: Idle): Promise<readonly Figure[]> {
  let wake: (() => void) | null = null;
  const made = Array.from({ length: IDLE }, (_, n) => session(n));
  const watches: AgentWatch[] = [];
  for (const { info } of made) {
    const plan = await plugin.plan(info, { prompt: null, resume: true });
    for (const [file, content] of Object.entries(plan.files)) {
      if (existsSync(file)) continue;
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
    watches.push(plugin.watch(info, terminal, (event) => event.type === 'activity' && wake?.()));
  }
  await pause(8_000);
  const before = process.cpuUsage();
  const started = performance.now();
  await pause(IDLE_SECONDS * 1_000);
  const used = process.cpuUsage(before);
  const cpu = ((used.user + used.system) / 1_000 / (performance.now() - started)) * 100;
  const times: number[] = [];
  for (let round = 0; round < CHANGES; round += 1) {
    const change = made[round]?.change;
    if (change == null) break;
    const at = performance.now();
    const seen = new Promise<void>((resolve) => {
      wake = resolve;
    });
    change();
    await seen;
    times.push(performance.now() - at);
    wake = null;
    await pause(20);
  }
  for (const watch of watches) watch.close();
  for (const pid of pids.splice(0)) process.kill(pid);
  const figures: Figure[] = [{ what: `${name}: CPU of watching ${IDLE} idle sessions, ${IDLE_SECONDS} s`, value: cpu, unit: '%', limit: 1, runs: 1 }];
  if (times.length > 0)
    figures.push({
      what: `${name}: change in the agent's file to the event, of ${IDLE} watched`,
      value: median(times),
      unit: 'ms',
      limit: 1_000,
      runs: times.length,
    });
  return figures;
}

try {
  const figures: Figure[] = [];
  for (const made of [idleClaude(), idleCodex(), await idleOpencode()]) figures.push(...(await idle(made)));
  for (const subject of SUBJECTS) figures.push(await launches(subject));
  report('agents', figures);
} finally {
  await world.close();
}
process.exit(0);
