import { expect, test } from 'vitest';
import { defaultConfig } from '../../config/default-config.ts';
import { projectPolicy } from '../../config/project-policy.ts';
import { type SessionId, subject } from '../session/ids.ts';
import { newSession } from '../session/new-session.ts';
import type { Snapshot } from '../session/session.ts';
import { decide } from './decide.ts';

const by = { subject: subject('web:local'), name: 'you', via: 'web' } as const;
const policy = projectPolicy(
  defaultConfig({ projects: { app: { path: '/app' } }, dataDir: '/data' }),
  'app',
  {
    rerun: true,
    updateBranch: true,
    review: true,
  },
);
const spec = {
  id: 'app-1' as SessionId,
  project: 'app',
  role: 'worker',
  parent: null,
  task: { type: 'prompt', text: 'go' },
  prompt: 'go',
  extraPrompt: null,
  agent: 'command',
  model: null,
  permissions: 'auto-edit',
  base: 'main',
  branch: 'feat/go',
  by,
} as const;

/** An agent that has its task before it, typed and not yet taken. */
function launched(): Snapshot {
  const fresh = newSession(spec, 1_000);
  return {
    ...fresh,
    session: { ...fresh.session, stage: 'launching', launches: 1 },
    steers: fresh.steers.map((steer) => ({ ...steer, state: 'typed', typedAt: 1_000 })),
    facts: {
      ...fresh.facts,
      runtime: { state: 'alive', exitCode: null, pid: 1, handle: 'h', at: 1_000 },
      activity: {
        state: 'starting',
        source: 'protocol',
        detail: null,
        resetAt: null,
        since: 1_000,
        at: 1_000,
      },
    },
  };
}

test('a turn that is over before ao heard of its beginning leaves the agent ready, not working for ever', () => {
  const accepted = decide(
    launched(),
    { type: 'fact', fact: { type: 'steer_accepted', steer: 'task', at: 1_010 } },
    policy,
    1_020,
  );
  expect(accepted.snapshot.facts.activity?.state).toBe('active');
  const ready = {
    state: 'ready',
    source: 'protocol',
    detail: null,
    resetAt: null,
    since: 1_010,
    at: 1_010,
  } as const;
  const after = decide(
    accepted.snapshot,
    { type: 'fact', fact: { type: 'activity', fact: ready, lastMessage: null } },
    policy,
    1_021,
  );
  expect(after.snapshot.facts.activity?.state).toBe('ready');
});

test('a "ready" from before the message was taken stays stale', () => {
  const accepted = decide(
    launched(),
    { type: 'fact', fact: { type: 'steer_accepted', steer: 'task', at: 1_010 } },
    policy,
    1_020,
  );
  const stale = {
    state: 'ready',
    source: 'protocol',
    detail: null,
    resetAt: null,
    since: 1_005,
    at: 1_005,
  } as const;
  const after = decide(
    accepted.snapshot,
    { type: 'fact', fact: { type: 'activity', fact: stale, lastMessage: null } },
    policy,
    1_021,
  );
  expect(after.snapshot.facts.activity?.state).toBe('active');
});
