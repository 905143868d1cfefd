import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/config.ts';
import { sees, type Team } from '../support/team.ts';
import { until } from '../support/until.ts';
import { webTeam } from '../support/web-team.ts';

export interface BotAgent {
  readonly agent: string;
  readonly agents: (folder: string) => NonNullable<ConfigInput['agents']>;
  /** Environment and arguments of the program. */
  readonly launch?: {
    readonly env?: Readonly<Record<string, string>>;
    readonly args?: readonly string[];
    readonly model?: string;
  };
  /** Script line that makes it reach its usage limit. Absent: that can't be played in the bot. */
  readonly limit?: string;
  /** On its command line when it goes on with a conversation. */
  readonly resumed: RegExp;
  readonly close?: () => Promise<void>;
}

/** Real programs take their time on a busy machine. */
const WAIT = 180_000;

/** One coding CLI in the whole bot, as a team sees it: its end is told apart from a turn's, and it goes on with its own resume. */
export function describeAgentInBot(name: string, open: () => Promise<BotAgent> | BotAgent): void {
  describe(name, () => {
    let team: Team;
    let made: BotAgent;
    const ID = 'sample-1';
    const status = (): string => {
      const found = team.bot.app().reader.session(ID);
      return found.ok ? found.value.status : 'none';
    };
    /** Every status it was told to have, oldest first. */
    const statuses = (): readonly string[] => {
      const { commands, admin } = team.bot.app();
      const found = commands.events(admin, ID, { limit: 1_000 });
      return found.ok
        ? found.value.flatMap(({ event }) => (event.type === 'session.status' ? [event.to] : []))
        : [];
    };
    const commandLine = (): string =>
      execFileSync('ps', ['-o', 'args=', '-p', String(team.bot.agentPid(ID))], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    const resumes = (): Promise<unknown> =>
      until(() => made.resumed.test(commandLine()), { what: 'its own resume', timeoutMs: WAIT });

    beforeAll(async () => {
      made = await open();
      const { agent, agents, launch } = made;
      team = await webTeam({
        configure: (folder) => ({ agents: agents(folder) }),
        project: {
          agent,
          agentConfig: {
            permissions: 'permissionless',
            env: { ...launch?.env },
            args: [...(launch?.args ?? [])],
            ...(launch?.model === undefined ? {} : { model: launch.model }),
          },
        },
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
        text: 'SAY: I have begun.',
        agent,
      });
    });
    afterAll(async () => {
      await team?.close();
      await made?.close?.();
    });

    it('its turn ends: the thread has its words, and it waits for people', {
      timeout: WAIT * 3,
    }, async () => {
      await sees(team, /^I have begun\.$/m, WAIT);
      const found = team.bot.app().reader.session(ID);
      expect(found.ok && found.value.program).toEqual({
        version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
        untried: null,
      });
      expect(
        (await team.thread()).some((message) => /process (?:was|ended|is gone)/.test(message.text)),
      ).toBe(false);
    });

    it('its status in words is what it does: every change, and no other', {
      timeout: WAIT * 3,
    }, async () => {
      if (made.limit === undefined) return expect(made.limit).toBeUndefined();
      const { commands, admin } = team.bot.app();
      await until(() => status() === 'idle', { what: 'the end of the turn', timeoutMs: WAIT });
      const seen = statuses().length;
      const expected: string[] = [];
      const becomes = async (...states: readonly string[]): Promise<void> => {
        expected.push(...states);
        await until(() => statuses().length - seen >= expected.length, {
          what: expected.join(', '),
          timeoutMs: WAIT,
        });
        expect(statuses().slice(seen)).toEqual(expected);
      };
      await team.says('RUN: echo one\nSAY: one');
      await becomes('working', 'idle');
      await team.says('ERROR: 400 the model is unhappy');
      await becomes('working', 'errored');
      await team.says('SAY: two');
      await becomes('working', 'idle');
      await team.says(made.limit);
      await becomes('working', 'limited');
      await commands.resume(admin, ID);
      await becomes('idle', 'working', 'idle');
    });

    it('it ends: the thread says how, and it is started again with its own conversation', {
      timeout: WAIT * 3,
    }, async () => {
      process.kill(-team.bot.agentPid(ID), 'SIGKILL');
      await sees(team, /The agent's process was stopped by a signal\./, WAIT);
      await resumes();
      await team.says('SAY: I go on.');
      await sees(team, /^I go on\.$/m, WAIT);
    });

    it('it is killed by a person and restored: it remembers, and takes what it is told', {
      timeout: WAIT * 3,
    }, async () => {
      const { commands, admin } = team.bot.app();
      expect((await commands.kill(admin, ID, null)).ok).toBe(true);
      await until(() => status() === 'killed', { what: 'the end', timeoutMs: WAIT });
      expect((await commands.restore(admin, ID, 'SAY: I am back.')).ok).toBe(true);
      await sees(team, /^I am back\.$/m, WAIT);
      await resumes();
    });
  });
}
