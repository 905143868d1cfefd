import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { priceTable } from '../../src/domain/money/pricing.ts';
import type { AgentEvent } from '../../src/slots/agent.ts';
import { manualClock } from '../../test/support/manual-clock.ts';
import { tempDir } from '../../test/support/temp-dir.ts';
import type { StatusFiles } from './claude-code/status-files.ts';
import { ClaudeWatch } from './claude-code/watch.ts';
import { CodexWatch } from './codex/watch.ts';

/** One line of each program's log that tells of a tool, which is told as soon as it is read. */
const AGENTS = {
  'claude-code': {
    folder: 'projects/-work',
    line: {
      type: 'assistant',
      message: {
        id: 'm',
        model: 'm',
        content: [{ type: 'tool_use', name: 'Bash', input: { command: 'ls' } }],
      },
    },
    watch: (setting: Setting) =>
      new ClaudeWatch({ ...setting, configDir: setting.home, statusFiles: NO_STATUS }),
  },
  codex: {
    folder: 'sessions/2026/03/03',
    line: {
      type: 'event_msg',
      timestamp: '2026-03-03T09:00:00Z',
      payload: { type: 'item_completed', item: { type: 'CommandExecution', command: ['ls'] } },
    },
    watch: (setting: Setting) => new CodexWatch(setting),
  },
} as const;

const NO_STATUS = {
  subscribe: () => () => undefined,
  find: () => null,
  findNow: () => null,
} as unknown as StatusFiles;

interface Setting {
  readonly clock: ReturnType<typeof manualClock>;
  readonly terminal: never;
  readonly emit: (event: AgentEvent) => void;
  readonly home: string;
  readonly prices: ReturnType<typeof priceTable>;
  readonly session: never;
}

function watched(agent: keyof typeof AGENTS) {
  const { folder, line, watch: make } = AGENTS[agent];
  const home = tempDir();
  const outside = tempDir();
  const events: AgentEvent[] = [];
  mkdirSync(join(home, folder), { recursive: true });
  const watch = make({
    clock: manualClock(),
    terminal: { capture: async () => '' } as never,
    emit: (event) => events.push(event),
    home,
    prices: priceTable([]),
    session: { agentSession: null, stateDir: tempDir(), cwd: home } as never,
  });
  onTestFinished(() => watch.close());
  const log = (path: string): string => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${JSON.stringify(line)}\n`);
    return path;
  };
  return {
    own: (name: string) => join(home, folder, name),
    outside: (name: string) => join(outside, name),
    log,
    names: (path: string, id = 'c1') =>
      watch.hook({
        session_id: id,
        transcript_path: path,
        hook_event_name: 'UserPromptSubmit',
        prompt: 'go',
      }),
    read: () => events.filter((event) => event.type === 'tool').length,
    told: () => events.flatMap((event) => (event.type === 'file_problem' ? [event.problem] : [])),
    ids: () => events.flatMap((event) => (event.type === 'agent_session' ? [event.id] : [])),
  };
}

// threat: an agent's hook names any file of the machine as its transcript | not read, and reported in the thread
test.each(['claude-code', 'codex'] as const)(
  '%s: a hook names its own log, and no other file of the machine',
  async (agent) => {
    const world = watched(agent);
    const foreign = world.log(world.outside('x.jsonl'));
    await world.names(foreign);
    await world.names(foreign);
    await world.names(world.own(`../../../${'../'.repeat(20)}${foreign}`));
    await world.names('relative.jsonl');
    symlinkSync(dirname(foreign), world.own('linked'));
    await world.names(world.own('linked/x.jsonl'));
    expect(world.read()).toBe(0);
    expect(world.told().filter(({ path }) => path === foreign)).toEqual([
      { kind: 'outside', path: foreign, found: expect.stringMatching(/^outside /) },
    ]);
    await world.names(world.log(world.own('own.jsonl')));
    await world.names(world.own('own.jsonl'));
    expect(world.read()).toBe(1);
  },
);

test.each(['claude-code', 'codex'] as const)(
  '%s: an id of a conversation that climbs, or looks like an option, is none',
  async (agent) => {
    const world = watched(agent);
    for (const id of ['--dangerously-skip-permissions', '../../x', 'a/b', '', 'a\nb'])
      await world.names(world.own('x.jsonl'), id);
    expect(world.ids()).toEqual([]);
    await world.names(world.own('x.jsonl'), '0b2c9a7e-8f0c-4d8e-9d0a-1b2c3d4e5f60');
    expect(world.ids()).toHaveLength(1);
  },
);
