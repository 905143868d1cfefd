// What watching coding agents costs: CPU of a hundred idle sessions, time from a change at the agent to the event and to the row in the database,
// and from launch to the accepted prompt against the same program started by hand (the real ones, where AO_AGENTS_DIR has them).

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { configSchema as claudeConfig } from '../../plugins/agent/claude-code/config.ts';
import { createClaudeAgent } from '../../plugins/agent/claude-code/index.ts';
import { configSchema as codexConfig } from '../../plugins/agent/codex/config.ts';
import { createCodexAgent } from '../../plugins/agent/codex/index.ts';
import { configSchema as opencodeConfig } from '../../plugins/agent/opencode/config.ts';
import { createOpencodeAgent } from '../../plugins/agent/opencode/index.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type {
  AgentPlugin,
  AgentSessionInfo,
  AgentTerminal,
  AgentWatch,
} from '../../src/slots/agent.ts';
import { NO_INBOX } from '../../src/slots/inbox.ts';
import type { PluginContext } from '../../src/slots/plugin.ts';
import { startAnthropicModel } from '../fakes/models/anthropic.ts';
import type { ModelServer } from '../fakes/models/model-server.ts';
import { startOpenaiModel } from '../fakes/models/openai.ts';
import { AgentWorld, type AgentWorldSpec } from '../support/agent-world.ts';
import { fakeProgram } from '../support/fake-program.ts';
import { realAgent } from '../support/real-agents.ts';
import { startInTmux } from '../support/tmux-terminal.ts';
import { until } from '../support/until.ts';
import { webTeam } from '../support/web-team.ts';
import { makeBenchWorld } from './support/bench-world.ts';
import { type Figure, median, report } from './support/figures.ts';

const ROUNDS = Number(process.env.AO_BENCH_ROUNDS ?? 5);
/** `AO_BENCH_PARTS=facts,codex` measures only these. */
const PARTS = (process.env.AO_BENCH_PARTS ?? 'idle,facts,claude-code,codex,opencode').split(',');
const IDLE = 100;
const IDLE_SECONDS = 20;
const CHANGES = 20;

interface Subject {
  readonly name: string;
  readonly open: () => Promise<{
    readonly spec: AgentWorldSpec;
    readonly model: ModelServer;
    readonly byHand: (world: AgentWorld, prompt: string) => readonly string[];
  }>;
}

/** The real programs with the least that lets them begin: by hand a person would have answered their first questions before. */
const SUBJECTS: readonly Subject[] = [
  {
    name: 'claude-code',
    async open() {
      const model = await startAnthropicModel();
      const env = {
        ANTHROPIC_BASE_URL: model.url,
        ANTHROPIC_AUTH_TOKEN: 'dummy',
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
        DISABLE_AUTOUPDATER: '1',
      };
      return {
        model,
        spec: {
          plugin(context, home) {
            mkdirSync(join(home, 'config'));
            writeFileSync(
              join(home, 'config', '.claude.json'),
              JSON.stringify({ hasCompletedOnboarding: true }),
            );
            return createClaudeAgent(claudeConfig.parse({ command: realAgent('claude') }), context);
          },
          env: (home) => ({
            ...env,
            CLAUDE_CONFIG_DIR: join(home, 'config'),
            CLAUDE_CODE_SANDBOXED: '1',
          }),
          model: 'claude-sonnet-4-5',
          close: () => model.close(),
        },
        byHand: (_world, prompt) => [
          realAgent('claude'),
          '--model',
          'claude-sonnet-4-5',
          '--',
          prompt,
        ],
      };
    },
  },
  {
    name: 'codex',
    async open() {
      const model = await startOpenaiModel();
      const provider = `model_providers.fake={name="fake",base_url="${model.url}/v1",env_key="FAKE_KEY",wire_api="responses"}`;
      const args = ['-c', 'model_provider="fake"', '-c', provider];
      return {
        model,
        spec: {
          plugin(context, home) {
            mkdirSync(join(home, 'codex'));
            return createCodexAgent(codexConfig.parse({ command: realAgent('codex') }), context);
          },
          env: (home) => ({ CODEX_HOME: join(home, 'codex'), FAKE_KEY: 'x' }),
          args,
          model: 'gpt-5.1-codex',
          close: () => model.close(),
        },
        byHand: (world, prompt) => [
          ...[realAgent('codex'), '--no-daemon', '-m', 'gpt-5.1-codex', ...args],
          ...[
            '-c',
            'check_for_update_on_startup=false',
            '-c',
            `projects={${JSON.stringify(world.repo)}={trust_level="trusted"}}`,
            '--',
            prompt,
          ],
        ],
      };
    },
  },
  {
    name: 'opencode',
    async open() {
      const model = await startOpenaiModel();
      const provider = {
        fake: {
          npm: '@ai-sdk/openai-compatible',
          options: { baseURL: `${model.url}/v1`, apiKey: 'x' },
          models: { 'fake-model': { limit: { context: 100_000, output: 10_000 } } },
        },
      };
      return {
        model,
        spec: {
          plugin: (context) =>
            createOpencodeAgent(opencodeConfig.parse({ command: realAgent('opencode') }), context),
          env: () => ({
            OPENCODE_CONFIG_CONTENT: JSON.stringify({
              provider,
              small_model: 'fake/fake-model',
              autoupdate: false,
              share: 'disabled',
            }),
          }),
          model: 'fake/fake-model',
          close: () => model.close(),
        },
        // With the server that people use to drive it from outside.
        byHand: (_world, prompt) => [
          realAgent('opencode'),
          '--port',
          '0',
          '--hostname',
          '127.0.0.1',
          '-m',
          'fake/fake-model',
          `--prompt=${prompt}`,
        ],
      };
    },
  },
];

interface Launch {
  /** The bot has the program's word that it took the prompt; NaN by hand. */
  readonly accepted: number;
  /** The model was asked: the same witness for both, ms since the decision to launch. */
  readonly asked: number;
}

type Opened = Awaited<ReturnType<Subject['open']>> & { readonly world: AgentWorld };

async function launch(
  subject: Subject,
  { spec, model, byHand, world }: Opened,
  hand: boolean,
): Promise<Launch> {
  const prompt = `SAY: hello ${randomUUID()}`;
  const before = model.requests.length;
  let looked = before;
  let heard = false;
  const asked = (): boolean => {
    for (; looked < model.requests.length; looked += 1)
      heard ||= JSON.stringify(model.requests[looked]?.body ?? '').includes(prompt);
    return heard;
  };
  const started = performance.now();
  const reaches = (what: string, holds: () => boolean): Promise<number> =>
    until(() => (holds() ? performance.now() - started : null), {
      what: `${subject.name}: ${what}`,
      timeoutMs: 120_000,
    });
  if (hand) {
    const env = {
      PATH: process.env.PATH ?? '/usr/bin:/bin',
      HOME: world.home,
      LANG: 'C.UTF-8',
      TERM: 'xterm-256color',
      ...spec.env(world.home),
    };
    const terminal = await startInTmux({ cwd: world.repo, argv: byHand(world, prompt), env });
    try {
      return { accepted: Number.NaN, asked: await reaches('the request by hand', asked) };
    } finally {
      await terminal.kill();
    }
  }
  await world.launch({ prompt, permissions: 'default' });
  const [accepted, first] = await Promise.all([
    reaches('the accepted prompt', () => world.accepted(prompt)),
    reaches('the request', asked),
  ]);
  world.stopBot();
  await world.terminal.kill();
  return { accepted, asked: first };
}

/** By hand and by ao in turns, so that what else the machine does concerns both; the first start of each, in an empty home, is not counted. */
async function launches(subject: Subject): Promise<readonly Figure[]> {
  const made = await subject.open();
  const opened: Opened = { ...made, world: new AgentWorld(made.spec) };
  const [ao, alone]: [Launch[], Launch[]] = [[], []];
  try {
    for (let round = 0; round <= ROUNDS; round += 1) {
      const [hand, bot] = [
        await launch(subject, opened, true),
        await launch(subject, opened, false),
      ];
      if (round === 0) continue;
      alone.push(hand);
      ao.push(bot);
    }
  } finally {
    await opened.world.close();
  }
  const floor = median(alone.map((one) => one.asked));
  const over = (what: string, times: readonly number[]): Figure => ({
    what: `${subject.name}: launch to ${what}, over the program started by hand (${floor.toFixed(0)} ms)`,
    value: median(times) - floor,
    unit: 'ms',
    limit: 300,
    runs: ROUNDS,
  });
  return [
    over(
      'the accepted prompt in the bot',
      ao.map((one) => one.accepted),
    ),
    over(
      "the model's first request",
      ao.map((one) => one.asked),
    ),
  ];
}

/** From what happens at the agent to the row in the database of a whole bot, as another process would read it. */
async function factTimes(): Promise<readonly Figure[]> {
  const home = join(world.path, 'facts');
  mkdirSync(home, { recursive: true });
  const team = await webTeam({
    configure: (folder) => ({
      agents: {
        'claude-code': { command: fakeProgram(folder, 'claude', 'fake-claude.ts') },
        codex: { command: fakeProgram(folder, 'codex', 'fake-codex.ts') },
      },
    }),
    project: {
      agentConfig: {
        permissions: 'permissionless',
        env: { CLAUDE_CONFIG_DIR: join(home, 'claude'), CODEX_HOME: join(home, 'codex') },
      },
    },
  });
  const { bot } = team;
  const { commands, admin } = bot.app();
  const db = new Database(join(bot.dataDir, 'ao.db'), { readonly: true });
  const row = db.prepare("select data from facts where session = ? and kind = 'activity'").pluck();
  const stateOf = (id: string): string =>
    (JSON.parse((row.get(id) as string | undefined) ?? '{}') as { state?: string }).state ?? 'none';
  const timed = async (
    id: string,
    changes: ReadonlyArray<readonly [string, () => unknown]>,
  ): Promise<number[]> => {
    const times: number[] = [];
    for (let round = 0; round < CHANGES; round += 1) {
      const [state, change] = changes[round % changes.length] ?? ['', silent];
      const at = performance.now();
      void change();
      while (stateOf(id) !== state) {
        if (performance.now() - at > 20_000)
          throw new Error(`${id} did not become ${state}, it is ${stateOf(id)}`);
        await pause(1);
      }
      times.push(performance.now() - at);
      await pause(250);
    }
    return times;
  };
  const figure = (what: string, times: readonly number[], limit: number): Figure => ({
    what,
    value: median(times),
    unit: 'ms',
    limit,
    runs: times.length,
  });
  try {
    const nothing = {
      channel: null,
      issues: [],
      model: null,
      base: null,
      prompt: null,
      plan: false,
      again: false,
      key: null,
    };
    for (const agent of ['claude-code', 'codex'])
      await commands.spawn(admin, { ...nothing, project: 'sample', text: 'SAY: hello', agent });
    for (const id of ['sample-1', 'sample-2'])
      await until(() => stateOf(id) === 'ready', { what: `${id} at rest`, timeoutMs: 60_000 });
    await pause(1_000);
    const settings = JSON.parse(
      readFileSync(join(bot.dataDir, 'agents', 'sample-1', 'claude-settings.json'), 'utf8'),
    ) as {
      hooks: Record<
        string,
        Array<{ hooks: Array<{ url: string; headers: Record<string, string> }> }>
      >;
    };
    const [status = ''] = readdirSync(join(home, 'claude', 'sessions'));
    const statusFile = join(home, 'claude', 'sessions', status);
    const known = JSON.parse(readFileSync(statusFile, 'utf8')) as { sessionId: string };
    const post = (event: string, fields: object): Promise<Response> => {
      const { url = '', headers = {} } = settings.hooks[event]?.[0]?.hooks[0] ?? {};
      const body = JSON.stringify({
        session_id: known.sessionId,
        hook_event_name: event,
        ...fields,
      });
      return fetch(url, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body,
      });
    };
    const hooks = await timed('sample-1', [
      ['active', () => post('UserPromptSubmit', { prompt: 'more' })],
      ['ready', () => post('Stop', { last_assistant_message: 'done' })],
    ]);
    const write = (next: string) => () =>
      writeFileSync(
        statusFile,
        JSON.stringify({ ...known, status: next, statusUpdatedAt: Date.now() }),
      );
    const files = await timed('sample-1', [
      ['active', write('busy')],
      ['ready', write('idle')],
    ]);
    const sessions = join(home, 'codex', 'sessions');
    const rollout = join(
      sessions,
      readdirSync(sessions, { recursive: true, encoding: 'utf8' }).find((name) =>
        name.endsWith('.jsonl'),
      ) ?? '',
    );
    const line = (payload: object) => () =>
      appendFileSync(
        rollout,
        `${JSON.stringify({ timestamp: new Date().toISOString(), type: 'event_msg', payload })}\n`,
      );
    const rollouts = await timed('sample-2', [
      ['active', line({ type: 'task_started' })],
      ['ready', line({ type: 'task_complete', last_agent_message: 'done' })],
    ]);
    return [
      figure("claude-code: its hook to the fact in the bot's database", hooks, 300),
      figure(
        "claude-code: change of its status file to the fact in the bot's database",
        files,
        1_000,
      ),
      figure("codex: line of its rollout to the fact in the bot's database", rollouts, 1_000),
    ];
  } finally {
    db.close();
    await team.close();
  }
}

const world = makeBenchWorld();
const silent = (): undefined => undefined;
const contextOf = (home: string): PluginContext => ({
  id: 'agent',
  clock: systemClock,
  logger: { debug: silent, info: silent, warn: silent, error: silent },
  dataDir: world.path,
  kv: { get: () => undefined, set: silent, delete: silent, list: () => [] },
  inbox: NO_INBOX,
  env: { PATH: process.env.PATH ?? '', HOME: home },
  shared: (_key, make) => make(),
  project: null,
});
const terminal: AgentTerminal = {
  write: async () => undefined,
  keys: async () => undefined,
  capture: async () => '› Ask Codex to do anything\n\n  model · ? for shortcuts',
};

const sessionOf = (
  n: number,
  agentSession: string,
  env: Readonly<Record<string, string>>,
): AgentSessionInfo => {
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
  readonly session: (n: number) => {
    readonly info: AgentSessionInfo;
    readonly change: (() => void) | null;
  };
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
          JSON.stringify({
            pid,
            sessionId: id,
            cwd: info.cwd,
            kind: 'interactive',
            status: state,
            statusUpdatedAt: Date.now(),
          }),
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
        appendFileSync(
          rollout,
          `${JSON.stringify({ timestamp: new Date().toISOString(), type, payload })}\n`,
        );
      line({ id, cwd: info.cwd }, 'session_meta');
      line({ type: 'task_complete', last_agent_message: 'done' });
      let busy = false;
      return {
        info,
        change() {
          busy = !busy;
          line(
            busy ? { type: 'task_started' } : { type: 'task_complete', last_agent_message: 'done' },
          );
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
  const plugin = createOpencodeAgent(
    opencodeConfig.parse({ command: 'opencode' }),
    contextOf(world.path),
  );
  return {
    name: 'opencode',
    plugin,
    session(n) {
      const info = sessionOf(n, `ses_${n}`, {});
      writeFileSync(
        join(info.stateDir, 'opencode-launch.json'),
        JSON.stringify({ launch: 1, port, password: 'x', prompt: null, at: Date.now() }),
      );
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
  const figures: Figure[] = [
    {
      what: `${name}: CPU of watching ${IDLE} idle sessions, ${IDLE_SECONDS} s`,
      value: cpu,
      unit: '%',
      limit: 1,
      runs: 1,
    },
  ];
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
  if (PARTS.includes('idle'))
    for (const made of [idleClaude(), idleCodex(), await idleOpencode()])
      figures.push(...(await idle(made)));
  if (PARTS.includes('facts')) figures.push(...(await factTimes()));
  for (const subject of SUBJECTS.filter((one) => PARTS.includes(one.name))) {
    if (process.env.AO_AGENTS_DIR === undefined)
      console.log(
        `${subject.name}: not launched; AO_AGENTS_DIR names no folder with the real programs`,
      );
    else figures.push(...(await launches(subject)));
  }
  report('agents', figures);
} finally {
  await world.close();
}
process.exit(0);
