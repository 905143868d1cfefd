import { expect, it } from 'vitest';
import { activityOf } from './activity.ts';
import type { Turn } from './side-state.ts';

const status = (name: string | undefined, statusUpdatedAt = 100) => ({
  pid: 1,
  sessionId: 's',
  statusUpdatedAt,
  ...(name === undefined ? {} : { status: name }),
});
const done: Turn = { type: 'done', at: 90, text: 'bye' };
const limited: Turn = {
  type: 'failed',
  at: 90,
  failure: { type: 'limited', text: 'hit', resetAt: 500 },
};

it.each<[string, Parameters<typeof activityOf>, object | null]>([
  ['nothing known', [null, null, null], null],
  ['the program ended', [null, done, 120], { state: 'exited' }],
  ['the program starts', [status(undefined), null, null], { state: 'starting' }],
  ['it works', [status('busy'), done, null], { state: 'active' }],
  [
    'a dialog is open',
    [{ ...status('waiting'), waitingFor: 'permission prompt' }, done, null],
    { state: 'waiting_input', detail: 'permission prompt' },
  ],
  ['it rests before any turn', [status('idle'), null, null], { state: 'ready', lastMessage: null }],
  ['a turn ended', [status('idle'), done, null], { state: 'ready', lastMessage: 'bye' }],
  [
    'a turn ended, a command goes on behind',
    [status('shell'), done, null],
    { state: 'ready', lastMessage: 'bye' },
  ],
  [
    'a prompt was taken, the status follows',
    [status('idle'), { type: 'running', at: 150 }, null],
    { state: 'active', source: 'hook' },
  ],
  [
    'a turn rests without an end',
    [status('idle'), { type: 'running', at: 50 }, null],
    { state: 'ready', detail: 'interrupted' },
  ],
  [
    'the model failed',
    [
      status('idle'),
      { type: 'failed', at: 90, failure: { type: 'error', text: 'API Error' } },
      null,
    ],
    { state: 'blocked', detail: 'API Error' },
  ],
  [
    'the limit is reached',
    [
      status('idle'),
      { type: 'failed', at: 90, failure: { type: 'limited', text: 'hit', resetAt: 500 } },
      null,
    ],
    { state: 'limited', resetAt: 500 },
  ],
  ['it tidies up after the limit', [status('busy'), limited, null], { state: 'limited' }],
  ['it tries again', [status('busy', 80), limited, null], { state: 'active' }],
  ['it works on something else', [status('busy', 5000), limited, null], { state: 'active' }],
  [
    'it asks what to do about the limit',
    [{ ...status('waiting'), waitingFor: 'dialog open' }, limited, null],
    { state: 'limited', resetAt: 500 },
  ],
  ['a status nobody knows', [status('dreaming'), null, null], null],
])('%s', (_what, [live, turn, ended], expected) => {
  const activity = activityOf(live, turn, ended);
  if (expected === null) expect(activity).toBeNull();
  else expect(activity).toMatchObject(expected);
});
