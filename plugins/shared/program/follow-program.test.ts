import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sizeOf } from '../../../src/lib/guarded/read.ts';
import { appendJsonLine } from '../../../src/lib/jsonl-tail.ts';
import type { AgentEvent } from '../../../src/slots/agent.ts';
import { manualClock } from '../../../test/support/manual-clock.ts';
import { tempDir } from '../../../test/support/temp-dir.ts';
import { parseInboxLine } from '../acp/host/settings.ts';
import { followProgram } from './follow-program.ts';
import { launchBegins } from './launch.ts';

const model = (outputTokens: number) => ({
  model: 'm',
  inputTokens: 0,
  outputTokens,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  usd: null,
});

function world() {
  const folder = tempDir();
  const path = join(folder, 'events.jsonl');
  const events: AgentEvent[] = [];
  const follow = (launch = 1) => {
    const files = { path, stateDir: folder, launch };
    const program = followProgram(files, manualClock(), (event) => events.push(event));
    onTestFinished(() => program.close());
    return program;
  };
  /** Plans a launch, as the plugins do. */
  const plan = (launch: number): void => {
    const said = sizeOf(path) ?? 0;
    for (const [file, text] of Object.entries(launchBegins(folder, launch, said)))
      writeFileSync(file, text);
  };
  return { path, events, follow, plan };
}

test('usage keeps the time it was told at, and that of two days is told in two events after a restart', async () => {
  const { path, events, follow } = world();
  const [evening, night] = [Date.parse('2026-03-02T23:58:00Z'), Date.parse('2026-03-03T00:02:00Z')];
  for (const [at, tokens] of [
    [evening - 60_000, 1],
    [evening, 2],
    [night, 3],
  ] as const)
    appendJsonLine(path, { type: 'usage', at, models: [model(tokens)] });
  follow();
  await Promise.resolve();
  expect(events).toEqual([
    { type: 'usage', at: evening, models: [model(2)] },
    { type: 'usage', at: night, models: [model(3)] },
  ]);
});

test('a line that was torn when its writer died spoils no other', async () => {
  const { path, events, follow } = world();
  writeFileSync(path, '{"type":"message","te');
  appendJsonLine(path, { type: 'ready', message: 'hello' }, { flush: true });
  follow();
  await Promise.resolve();
  expect(events).toMatchObject([
    { type: 'activity', fact: { state: 'ready' }, lastMessage: 'hello' },
  ]);
});

test('what is said while it is followed is told at once when it is asked for', async () => {
  const { path, events, follow } = world();
  const program = follow();
  await Promise.resolve();
  appendFileSync(path, '{"type":"acti');
  expect(program.live().activity).toBeNull();
  appendFileSync(path, 've"}\n');
  expect(program.live().activity?.state).toBe('active');
  expect(events).toHaveLength(1);
});

test('a torn line of the inbox says nothing', () => {
  expect(parseInboxLine('{"type":"prompt","te')).toBeNull();
  expect(parseInboxLine('{"type":"prompt","text":"hi"}')).toEqual({ type: 'prompt', text: 'hi' });
});

const QUESTION = {
  id: 'q1',
  kind: 'question',
  title: 'Which way?',
  text: '',
  options: [{ id: 'left', label: 'Left' }],
  freeText: false,
};

test('what a former launch said of its state is not believed of the next one', async () => {
  const { path, events, follow, plan } = world();
  plan(1);
  appendJsonLine(path, { type: 'accepted', text: 'the task' });
  appendJsonLine(path, { type: 'ready', message: 'done' });
  appendJsonLine(path, { type: 'waiting', request: QUESTION });
  appendJsonLine(path, { type: 'lost' });
  plan(2);
  const program = follow(2);
  await Promise.resolve();
  expect(program.live()).toMatchObject({ speaks: false, activity: null, request: null });
  expect(events.map(({ type }) => type)).toEqual(['prompt_accepted']);
  appendJsonLine(path, { type: 'ready' });
  expect(program.live().activity?.state).toBe('ready');
});

test('a launch that is planned or followed again keeps what it said itself', async () => {
  const { path, events, follow, plan } = world();
  plan(1);
  appendJsonLine(path, { type: 'ready' });
  plan(2);
  appendJsonLine(path, { type: 'active' });
  plan(2);
  expect(follow(2).live().activity?.state).toBe('active');
  await Promise.resolve();
  expect(events).toMatchObject([{ type: 'activity', fact: { state: 'active' } }]);
});
