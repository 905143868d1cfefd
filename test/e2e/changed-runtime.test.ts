import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { type BotWorld, botWorld } from '../support/bot-world.ts';
import { until } from '../support/until.ts';

const NOTHING = {
  project: 'sample',
  channel: null,
  issues: [],
  agent: null,
  model: null,
  base: null,
  prompt: null,
  plan: false,
  again: false,
  key: null,
} as const;

/** Which of these tmux servers has a terminal of that name. */
const serversOf = (session: string, sockets: readonly string[]): readonly string[] =>
  sockets.filter((socket) => {
    try {
      execFileSync('tmux', ['-L', socket, 'has-session', '-t', `=${session}`], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });

describe('a configuration that changes where sessions live while one lives', () => {
  let bot: BotWorld;
  const one = `ao-one-${randomUUID().slice(0, 8)}`;
  const two = `ao-two-${randomUUID().slice(0, 8)}`;
  const first = { plugin: 'tmux', socket: one };
  const second = { plugin: 'tmux', socket: two };

  afterEach(async () => {
    await bot.close();
    for (const socket of [one, two])
      try {
        execFileSync('tmux', ['-L', socket, 'kill-server'], { stdio: 'ignore' });
      } catch {
        // It was never started.
      }
  });

  const view = (id: string) => {
    const found = bot.app().reader.session(id);
    if (!found.ok) throw new Error(found.error.message);
    return found.value;
  };
  const spawn = async (text: string): Promise<string> => {
    const { commands, admin } = bot.app();
    const spawned = await commands.spawn(admin, { ...NOTHING, text });
    if (!spawned.ok) throw new Error(spawned.error.message);
    const id = spawned.value[0]?.session?.id ?? '';
    await until(() => view(id).startedAt !== null, {
      what: `${id} to be at work`,
      timeoutMs: 30_000,
    });
    return id;
  };
  const restart = async (runtimes: object, runtime = 'first'): Promise<void> => {
    await bot.stop();
    const { sample } = bot.written.projects ?? {};
    if (sample === undefined) throw new Error('there is no project');
    bot.reconfigure({ projects: { sample: { ...sample, runtime } }, runtimes: { ...runtimes } });
    bot.logged.length = 0;
    await bot.start();
  };
  const found = () =>
    bot.logged.find(({ message }) => message === 'sessions found at start')?.fields;

  it('never starts a second agent: a live session stays where it is, or waits until that can be reached', async () => {
    bot = await botWorld({
      project: { trigger: { enabled: false }, runtime: 'first' },
      more: { runtimes: { first, second } },
    });
    await bot.start();
    const id = await spawn('Note: hello');

    // The project gets another runtime: only new sessions live there.
    await restart({ first, second }, 'second');
    expect(found()).toMatchObject({ watched: 1, gone: 0 });
    const next = await spawn('Note: again');
    expect([serversOf(id, [one, two]), serversOf(next, [one, two])]).toEqual([[one], [two]]);

    // The same name means another server now.
    await restart({ first: second, second });
    expect(view(id).paused?.reason).toMatch(
      new RegExp(
        `^out of reach: .*tmux server ${one}, .*"first" of ao.yaml means tmux server ${two}`,
      ),
    );
    // The name is gone.
    await restart({ second }, 'second');
    expect(view(id).paused?.reason).toMatch(/^out of reach: .*lives in the runtime "first"/);
    expect(found()).toMatchObject({ watched: 1, gone: 0 });
    expect(await bot.app().commands.logs(bot.app().admin, id, 10)).toMatchObject({
      ok: false,
      error: { code: 'AO_PLACE_UNKNOWN' },
    });
    expect(serversOf(id, [one, two])).toEqual([one]);

    // It is back, and no project names it any more.
    await restart({ first, second }, 'second');
    expect(view(id).paused).toBeNull();
    expect(found()).toMatchObject({ watched: 2, gone: 0 });
    await bot.app().commands.kill(bot.app().admin, id, null);
    await until(() => serversOf(id, [one, two]).length === 0, {
      what: 'the agent to be ended where it was',
      timeoutMs: 30_000,
    });
    expect(serversOf(next, [one, two])).toEqual([two]);
  }, 120_000);
});
