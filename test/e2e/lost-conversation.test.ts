import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { fakeProgram } from '../support/fake-program.ts';
import { PUPPET, sees } from '../support/team.ts';
import { tempDir } from '../support/tmp.ts';
import { until } from '../support/until.ts';
import { webTeam } from '../support/web-team.ts';

const NOTHING = {
  channel: null,
  issues: [],
  model: null,
  base: null,
  prompt: null,
  plan: false,
  again: false,
  key: null,
};

/** Killed in its first moments, Claude Code leaves a transcript without a message. */
function emptyTranscripts(home: string): void {
  const names = readdirSync(join(home, 'claude'), { recursive: true, encoding: 'utf8' });
  for (const name of names.filter((each) => each.endsWith('.jsonl')))
    writeFileSync(join(home, 'claude', name), '{"type":"mode","mode":"normal"}\n');
}

it.each([
  ['claude-code', 'known before it is started again', 'SAY: Noted.', /Noted\./, emptyTranscripts],
  [
    'spoken',
    'told by the agent once it is asked',
    'SAY: Noted.',
    /Noted\./,
    (home: string) => rmSync(join(home, 'acp'), { recursive: true }),
  ],
  ['puppet', 'an agent that can resume nothing', 'do: ask', /Which way\?/, () => undefined],
])(
  '%s, %s: begins anew with its task and what was done',
  async (agent, _, task, answer, lose) => {
    const home = tempDir('ao-lost-');
    const team = await webTeam({
      configure: (folder) => ({
        agents: {
          ...PUPPET.more?.agents,
          'claude-code': { command: fakeProgram(folder, 'claude', 'fake-claude.ts') },
          spoken: {
            plugin: 'acp',
            command: [fakeProgram(folder, 'an-agent', 'fake-acp.ts'), '--acp'],
          },
        },
      }),
      project: {
        agentConfig: {
          env: {
            CLAUDE_CONFIG_DIR: join(home.path, 'claude'),
            FAKE_ACP_DIR: join(home.path, 'acp'),
          },
        },
      },
    });
    onTestFinished(async () => {
      await team.close();
      home.remove();
    });
    const { bot } = team;
    const { commands, reader, admin } = bot.app();
    const spawned = await commands.spawn(admin, {
      ...NOTHING,
      project: 'sample',
      text: `Keep a diary.\n${task}`,
      agent,
    });
    expect(spawned).toMatchObject({ ok: true });
    await sees(team, answer);
    const first = bot.agentPid('sample-1');
    lose(home.path);
    process.kill(-first, 'SIGKILL');
    await sees(
      team,
      `${agent} can't continue its conversation, which was not kept. It begins a new one with a summary.`,
    );
    await sees(team, `${agent} took over after`);
    await until(
      async () => (await team.thread()).filter((message) => answer.test(message.text)).length > 1,
      {
        what: 'its words, once more',
        timeoutMs: 20_000,
      },
    );
    const steers = reader.steers('sample-1');
    expect(steers.ok && steers.value.find((steer) => steer.id === 'handover-1')).toMatchObject({
      state: 'accepted',
      text: expect.stringContaining('Keep a diary.'),
    });
    expect(bot.agentPid('sample-1')).not.toBe(first);
    // What reads its terminal is one process, not two.
    expect(() => process.kill(first, 0)).toThrow();
    await team.says(agent === 'puppet' ? '!answer left' : 'SAY: Still here.');
    await sees(team, agent === 'puppet' ? 'I heard: Left' : /^Still here\.$/m);
  },
  120_000,
);
