import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { tempDir } from '../../../test/support/tmp.ts';
import { transcriptPath } from './config-dir.ts';
import { planLaunch } from './launch-plan.ts';

const ID = '36803c66-bb81-424b-b6bb-53ba95858e6d';
/** What the real program 2.1.329 leaves when it is killed within half a second of its first answer. */
const NO_MESSAGE = [
  { type: 'mode', mode: 'normal', sessionId: ID },
  { type: 'permission-mode', permissionMode: 'bypassPermissions', sessionId: ID },
  { type: 'atis-latch', atis: '', sessionId: ID },
];
const MESSAGE = { type: 'user', message: { role: 'user', content: 'hello' } };

/** `lines`: the transcript of the conversation that was; null: there is none. */
function plan(lines: readonly object[] | null, launch: { prompt: string | null; resume: boolean }) {
  const dir = tempDir('ao-claude-');
  onTestFinished(() => dir.remove());
  const configDir = join(dir.path, 'config');
  const transcript = transcriptPath(configDir, dir.path, ID);
  mkdirSync(dirname(transcript), { recursive: true });
  if (lines !== null)
    writeFileSync(transcript, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const session = {
    ...{
      id: 'app-1',
      project: 'app',
      cwd: dir.path,
      repo: dir.path,
      model: null,
      permissions: 'default' as const,
      rules: '',
      agentSession: ID,
    },
    ...{ launch: 2, args: [], env: {}, hookUrl: '', hookToken: '', stateDir: dir.path },
  };
  const made = planLaunch(session, launch, {
    program: 'claude',
    configDir,
    baseEnv: {},
    root: false,
    now: 0,
  });
  return {
    flag: made.argv[1],
    id: made.argv[2],
    lost: made.conversationLost,
    told: made.agentSession,
  };
}

test('resumes a conversation that holds a message', () => {
  expect(plan([...NO_MESSAGE, MESSAGE], { prompt: null, resume: true })).toEqual({
    flag: '--resume',
    id: ID,
    lost: false,
    told: ID,
  });
});

test('a transcript without a message can neither be resumed nor begun again: the conversation is lost, and a new one has an id of its own', () => {
  const made = plan(NO_MESSAGE, { prompt: null, resume: true });
  expect(made).toMatchObject({ flag: '--session-id', lost: true });
  expect(made.id).not.toBe(ID);
  expect(made.told).toBe(made.id);
});

test('without a transcript the conversation is lost, and its id is free', () => {
  expect(plan(null, { prompt: null, resume: true })).toMatchObject({
    flag: '--session-id',
    id: ID,
    lost: true,
  });
});

test('a first launch loses nothing', () => {
  expect(plan(null, { prompt: 'hello', resume: false })).toMatchObject({
    flag: '--session-id',
    lost: false,
  });
});
