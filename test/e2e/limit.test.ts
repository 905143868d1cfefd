import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeProgram } from '../support/fake-program.ts';
import { jumpingClock } from '../support/jumping-clock.ts';
import type { Team } from '../support/team.ts';
import { until } from '../support/until.ts';
import { webTeam } from '../support/web-team.ts';

const HOUR = 3_600_000;

/** Claude Code and Codex are played by fakes, whose prompts are their scripts; the bot's clock can be set forward. */
describe('the usage limit of an agent', () => {
  const clock = jumpingClock();
  let team: Team;
  const view = () => team.bot.app().reader.session('sample-1');
  const status = (): string => {
    const found = view();
    return found.ok ? found.value.status : 'none';
  };
  const shown = async (what: RegExp): Promise<string> =>
    until(
      async () => (await team.thread()).find((message) => what.test(message.text))?.id,
      20_000,
      `${String(what)} in the thread`,
    );
  /** The next full minute at least so far ahead: programs tell no seconds. */
  const ahead = (ms: number): number => Math.ceil((clock.now() + ms) / 60_000) * 60;

  const agent = (): string => {
    const found = view();
    return found.ok ? found.value.agent : 'none';
  };
  const parked = async (): Promise<number> => {
    await until(() => status() === 'limited', 20_000, 'the limit');
    const found = view();
    return (found.ok ? found.value.limitedUntil : null) ?? 0;
  };

  beforeAll(async () => {
    team = await webTeam({
      clock,
      configure: (folder) => ({
        agents: {
          'claude-code': { command: fakeProgram(folder, 'claude', 'fake-claude.ts') },
          codex: { command: fakeProgram(folder, 'codex', 'fake-codex.ts') },
        },
      }),
    });
    const { commands, admin } = team.bot.app();
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
    await commands.spawn(admin, {
      ...nothing,
      project: 'sample',
      text: `Keep at it.\nLIMIT: ${ahead(3 * HOUR)}`,
      agent: 'codex',
    });
  });
  afterAll(() => team.close());

  it('offers another agent, and the button lets it go on', async () => {
    await shown(/🌙 Usage limit reached\. Resumes by itself/);
    await parked();
    const offer = await until(
      async () =>
        (await team.thread()).findLast((one) =>
          one.buttons.includes('Continue with claude-code now'),
        ),
      20_000,
      'the offer',
    );
    await team.says('SAY: Hello, whoever you are.');
    await team.presses(offer, 'Continue with claude-code now');
    await shown(/🌱 claude-code took over/);
    expect(agent()).toBe('claude-code');
  });

  it('parks the session, and goes on by itself at the reset time with what waited', async () => {
    // The task says again that the limit is reached: a limit of the new agent's own.
    const until = await parked();
    expect(await team.says('SAY: This waited for the limit.')).not.toBe('');
    clock.jump(2 * HOUR);
    expect(status()).toBe('limited');
    clock.jump(until - clock.now() + 1_000);
    await shown(/^OK: The usage limit has ended/);
    await shown(/^Hello, whoever you are\.$/);
    await shown(/^This waited for the limit\.$/);
    expect(agent()).toBe('claude-code');
  });
});
