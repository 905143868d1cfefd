import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentEvent, AgentSessionInfo, AgentWatch } from '../../../../src/slots/agent.ts';
import {
  childEnvironment,
  pluginContext,
  temporaryFolder,
} from '../../../../test/support/plugin-context.ts';
import { type PtyTerminal, startOnPty } from '../../../../test/support/pty-terminal.ts';
import {
  DEMO_ENV,
  QUICK_CHECKS,
  sampleProjectAt,
} from '../../../../test/support/sample-project.ts';
import { until } from '../../../../test/support/until.ts';
import command from '../index.ts';

const SLOW = 30_000;
const prompt = (issue: string) =>
  `You work on issue ${issue} in this repository.\n\nDo what it asks.`;

describe('the demo agent on the sample project', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let repo: string;
  let tree: string;
  let env: Record<string, string>;
  let session: AgentSessionInfo;
  let pty: PtyTerminal | null = null;
  let watch: AgentWatch | null = null;
  const events: AgentEvent[] = [];

  beforeEach(async () => {
    folder = temporaryFolder('demo');
    const bin = join(folder.path, 'bin');
    mkdirSync(bin);
    writeFileSync(
      join(bin, 'ao'),
      `#!/bin/sh\nfor a in "$@"; do echo "$a" >> "${folder.path}/ao-called"; done\n`,
    );
    chmodSync(join(bin, 'ao'), 0o755);
    env = childEnvironment(folder.path, [bin]);
    repo = join(folder.path, 'sample');
    tree = join(folder.path, 'tree');
    await sampleProjectAt(repo);
    git('worktree', 'add', '-q', '-b', 'feat/x', tree);
    const stateDir = join(folder.path, 'state');
    mkdirSync(stateDir);
    session = {
      id: 'app-1',
      project: 'app',
      cwd: tree,
      repo,
      model: null,
      permissions: 'default',
      rules: 'Be kind.',
      agentSession: null,
      launch: 1,
      args: [],
      env: DEMO_ENV,
      hookUrl: '',
      hookToken: '',
      stateDir,
    };
    events.length = 0;
  });
  afterEach(() => {
    watch?.close();
    pty?.kill();
    folder.remove();
  });

  const git = (...args: string[]): string =>
    execFileSync(
      'git',
      ['-C', existsSync(join(repo, '.git')) && args[0] !== 'worktree' ? tree : repo, ...args],
      { env, encoding: 'utf8' },
    ).trim();
  const plugin = () =>
    command.create(
      command.config.parse({}),
      pluginContext({ id: 'command', folder: folder.path, project: null, env }),
    ) as import('../../../../src/slots/agent.ts').AgentPlugin;

  async function launch(
    text: string | null,
    resume = false,
    extra: Record<string, string> = {},
  ): Promise<void> {
    watch?.close();
    const agent = plugin();
    const plan = await agent.plan(session, { prompt: text, resume });
    for (const [path, content] of Object.entries(plan.files)) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
    pty = startOnPty(plan.argv, tree, { ...env, ...plan.env, ...extra });
    const { screen } = pty;
    await until(() => screen().includes('demo agent: not an AI'), SLOW, 'the program');
    watch = agent.watch(session, pty.terminal, (event) => events.push(event));
  }
  const latest = () => events.findLast((event) => event.type === 'activity');
  const ready = () =>
    until(
      () => latest()?.fact.state === 'ready',
      SLOW,
      `ready (screen: ${pty?.screen().slice(-600)})`,
    );
  const request = () =>
    until(
      () => {
        const opened = events.findLast((event) => event.type === 'request_opened');
        return opened !== undefined && latest()?.fact.state === 'waiting_input'
          ? opened.request
          : null;
      },
      SLOW,
      'a request',
    );
  const passes = (): boolean => {
    try {
      for (const check of QUICK_CHECKS)
        execFileSync('/bin/sh', ['-c', check.run], { cwd: tree, env, stdio: 'pipe' });
      return true;
    } catch {
      return false;
    }
  };
  const steer = async (text: string): Promise<void> => {
    expect(await watch?.deliver(text, { attempt: 1, inDoubt: false })).toMatchObject({
      type: 'typed',
    });
    const accepted = () =>
      events.findLastIndex((event) => event.type === 'prompt_accepted' && event.text === text);
    await until(() => accepted() !== -1, SLOW, 'acceptance');
    await until(
      () =>
        events
          .slice(accepted())
          .some((event) => event.type === 'activity' && event.fact.state === 'ready'),
      SLOW,
      'the end of the turn',
    );
  };

  it('makes a sample project whose checks pass', () => {
    expect(passes()).toBe(true);
    expect(git('status', '--porcelain')).toBe('');
    expect(git('log', '--format=%an %s')).toBe('Sample Author Format and parse durations');
  });

  it('works on issue 1: a real mistake, repaired after the checks fail, then a review', {
    timeout: SLOW * 2,
  }, async () => {
    await launch(prompt('#1: Support weeks'));
    await ready();
    expect(pty?.screen()).toContain('demo agent: not an AI');
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'prompt_accepted', text: prompt('#1: Support weeks') }),
    );
    expect(readFileSync(join(folder.path, 'ao-called'), 'utf8')).toMatch(
      /^pr\ncreate\n--title\nSupport weeks\n--body\n/,
    );
    expect(git('log', '-1', '--format=%s')).toBe('Support weeks');
    expect(passes()).toBe(false);
    await steer(
      'The check test failed on 3f9c2ab.\n\nnot ok 1 - units are listed from the largest to the smallest',
    );
    expect(passes()).toBe(true);
    await steer('web:lee requested changes:\n\nPlease explain the order of the units.');
    expect(git('log', '-1', '--format=%B')).toContain('Please explain the order of the units.');
    expect(readFileSync(join(tree, 'src/units.ts'), 'utf8')).toContain('/** All units');
    expect(passes()).toBe(true);
    const usage = events.findLast((event) => event.type === 'usage');
    expect(usage?.models).toMatchObject([{ model: 'demo', usd: expect.any(Number) }]);
    expect(git('status', '--porcelain')).toBe('');
  });

  it.each([
    ['an option', { option: 'and', text: null }, '2 hours and 5 minutes'],
    ['words', { option: null, text: 'plus' }, '2 hours plus 5 minutes'],
  ])(
    'asks on issue 2 and goes on with %s',
    { timeout: SLOW * 2 },
    async (_what, answer, expected) => {
      await launch(prompt('#2: Say durations in words'));
      const { id, options } = await request();
      expect(options.map((option) => option.id)).toEqual(['comma', 'and']);
      expect(await watch?.deliver('hello', { attempt: 1, inDoubt: false })).toMatchObject({
        type: 'deferred',
      });
      await watch?.answer(id, answer);
      await ready();
      expect(readFileSync(join(tree, 'test/words.ts'), 'utf8')).toContain(expected);
      expect(passes()).toBe(false);
      await steer('Checks failed: test');
      expect(passes()).toBe(true);
      await expect(watch?.answer(id, answer)).rejects.toMatchObject({ kind: 'rejected' });
    },
  );

  it.each(['allow', 'deny'])(
    'needs a permission on issue 3: %s',
    { timeout: SLOW * 2 },
    async (option) => {
      await launch(prompt('#3: Refuse what is not a duration'));
      const { id, kind } = await request();
      expect(kind).toBe('permission');
      await watch?.answer(id, { option, text: null });
      await ready();
      expect(readFileSync(join(tree, 'src/parse.ts'), 'utf8').includes('\t')).toBe(
        option === 'deny',
      );
      expect(passes()).toBe(false);
      await steer('The checks failed.');
      expect(passes()).toBe(true);
    },
  );

  it('stops when interrupted, and goes on after a resume', { timeout: SLOW * 2 }, async () => {
    await launch(prompt('#1: Support weeks'), false, { AO_DEMO_SPEED: '1000' });
    await until(() => latest()?.fact.state === 'active', SLOW, 'work');
    await watch?.interrupt();
    await ready();
    expect(git('log', '-1', '--format=%s')).toBe('Format and parse durations');
    const conversation = events.find((event) => event.type === 'agent_session');
    pty?.kill();
    await until(() => pty?.exited() !== null, SLOW, 'the end');
    events.length = 0;
    await launch('Please continue.', true);
    await until(() => existsSync(join(folder.path, 'ao-called')), SLOW, 'the pull request');
    await ready();
    expect(git('log', '-1', '--format=%s')).toBe('Support weeks');
    expect(events).toContainEqual(conversation);
  });

  it('takes any text as it is, and writes it down', { timeout: SLOW * 2 }, async () => {
    await launch(prompt('#1: Support weeks'));
    await ready();
    for (const text of [
      '/help me',
      '!ls',
      '-rf',
      'two\nlines\n\n',
      'bell \u0007 and \u001b[31mred\u001b[0m',
      `${'long '.repeat(20_000)}end`,
    ])
      await steer(text);
    const notes = readFileSync(join(tree, 'NOTES.md'), 'utf8');
    expect(notes).toContain('- two lines');
    expect(git('status', '--porcelain')).toBe('');
  });
});
