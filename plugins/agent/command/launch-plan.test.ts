import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/lib/clock.ts';
import { untold } from '../../../src/lib/guarded/problem.ts';
import type { AgentEvent, AgentSessionInfo, AgentTerminal } from '../../../src/slots/agent.ts';
import { until } from '../../../test/support/until.ts';
import { followEventFile } from '../../shared/program/event-file.ts';
import { watchCommand } from './command-watch.ts';
import { commandAgentConfig } from './config.ts';
import { expandCommand } from './expand-command.ts';
import { launchPlan } from './launch-plan.ts';

const session = (stateDir = '/state'): AgentSessionInfo => ({
  id: 'app-1',
  project: 'app',
  cwd: '/',
  repo: '/',
  model: null,
  permissions: 'default',
  rules: 'rules',
  agentSession: null,
  launch: 2,
  args: ['--extra'],
  env: { A: 'b' },
  hookUrl: '',
  hookToken: '',
  stateDir,
});

describe('expandCommand', () => {
  const values = { prompt: 'do {model}', promptFile: null, rulesFile: '/r', model: null };
  it.each([
    [
      ['x', '{prompt}'],
      ['x', 'do {model}'],
    ],
    [
      ['x', '--model', '{model}', '{prompt}'],
      ['x', 'do {model}'],
    ],
    [
      ['x', '--model={model}', '--rules={rulesFile}'],
      ['x', '--rules=/r'],
    ],
    [
      ['x', '-v', '--file', '{promptFile}'],
      ['x', '-v'],
    ],
    [
      ['x', 'word', '{model}'],
      ['x', 'word'],
    ],
  ])('%j becomes %j', (command, expected) => {
    expect(expandCommand(command, values)).toEqual(expected);
  });
});

describe('launchPlan', () => {
  const plan = (command: string[], config: object, prompt: string | null, resume = false) =>
    launchPlan(
      { command, resumeArgs: ['--continue'] },
      commandAgentConfig.parse({ command, ...config }),
      session(),
      { prompt, resume },
      0,
    );

  it('puts the prompt into the arguments, and hands over events, rules and the project’s own arguments', () => {
    expect(plan(['x', '{prompt}'], {}, 'go')).toMatchObject({
      argv: ['x', 'go', '--extra'],
      promptIncluded: true,
      env: { A: 'b', AO_EVENTS: '/state/events.jsonl' },
      files: { '/state/rules.md': 'rules' },
    });
  });
  it.each([
    ['the configuration says stdin', { prompt: 'stdin' }, 'go'],
    ['it is too long for an argument', {}, 'x'.repeat(200_000)],
  ])('leaves the prompt to be typed when %s', (_why, config, prompt) => {
    expect(plan(['x', '{prompt}'], config, prompt)).toMatchObject({
      argv: ['x', '--extra'],
      promptIncluded: false,
    });
  });
  it('resumes without a prompt', () => {
    expect(plan(['x', '{prompt}'], {}, null, true)).toMatchObject({
      argv: ['x', '--continue', '--extra'],
      promptIncluded: false,
    });
  });
  it('writes the prompt to a file, whatever its length', () => {
    const long = 'x'.repeat(200_000);
    expect(plan(['x', '{promptFile}'], {}, long)).toMatchObject({
      argv: ['x', '/state/prompt-2.md', '--extra'],
      promptIncluded: true,
      files: { '/state/prompt-2.md': long },
    });
  });
  it('makes no option and no command of a prompt', () => {
    expect(plan(['x', '{prompt}'], {}, '--help').argv[1]).toBe(' --help');
  });
  it('refuses a command that never gets its prompt', () => {
    expect(commandAgentConfig.safeParse({ command: ['x'] }).success).toBe(false);
  });
});

describe('with files', () => {
  let folder: string;
  const closing: Array<() => void> = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ao-events-'));
  });
  afterEach(() => {
    for (const close of closing.splice(0)) close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('reads lines that come in pieces, passes over endless ones, and starts again when the file gets shorter', () => {
    const path = join(folder, 'events.jsonl');
    const lines: string[] = [];
    const file = followEventFile(
      path,
      systemClock,
      (line) => lines.push(line),
      () => undefined,
      untold,
    );
    closing.push(file.close);
    file.pump();
    const [left, right] = [
      Buffer.from('größe\n').subarray(0, 3),
      Buffer.from('größe\n').subarray(3),
    ];
    writeFileSync(path, left);
    file.pump();
    expect(lines).toEqual([]);
    appendFileSync(path, Buffer.concat([right, Buffer.from(`${'x'.repeat(3_000_000)}\nnext\n`)]));
    file.pump();
    expect(lines).toEqual(['größe', 'next']);
    writeFileSync(path, 'anew\n');
    file.pump();
    expect(lines.at(-1)).toBe('anew');
  });

  it('judges a program without events by its screen, and takes what it shows for proof', async () => {
    let screen = 'ready> ';
    const typed: string[] = [];
    const terminal: AgentTerminal = {
      write: async (text) => {
        typed.push(text);
        screen += text;
      },
      keys: async () => {
        screen += '\nthinking';
      },
      capture: async () => screen,
    };
    const events: AgentEvent[] = [];
    const watch = watchCommand(
      commandAgentConfig.parse({ command: ['x'], prompt: 'stdin', quietMs: 60 }),
      systemClock,
      session(folder),
      terminal,
      (event) => events.push(event),
    );
    closing.push(watch.close);
    const state = () => events.findLast((event) => event.type === 'activity')?.fact;
    expect(await watch.deliver('too early', { attempt: 1, inDoubt: false })).toMatchObject({
      type: 'deferred',
    });
    await until(() => state()?.state === 'ready');
    expect(state()?.source).toBe('terminal');
    expect(await watch.deliver('!hello\nthere', { attempt: 1, inDoubt: false })).toEqual({
      type: 'typed',
      accepted: true,
    });
    expect(await watch.deliver('!hello\nthere', { attempt: 2, inDoubt: true })).toEqual({
      type: 'typed',
      accepted: true,
    });
    expect(typed).toEqual([' !hello\nthere']);
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'prompt_accepted', text: '!hello\nthere' }),
    );
  });
});
