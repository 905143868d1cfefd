import { newSteer } from '../decide/draft.ts';
import type { ChatHome, ChatMessageRef } from './chat-place.ts';
import { type Actor, AO, type SessionId } from './ids.ts';
import type { SessionPlace } from './place.ts';
import type { PermissionMode, Snapshot, Task } from './session.ts';

import type { Millis } from './time.ts';

export interface NewSession {
  readonly id: SessionId;
  readonly project: string;
  readonly role: 'worker' | 'orchestrator';
  readonly parent: SessionId | null;
  readonly task: Task;
  /** The first prompt, complete. */
  readonly prompt: string;
  readonly extraPrompt: string | null;
  readonly agent: string;
  readonly model: string | null;
  readonly permissions: PermissionMode;
  readonly base: string;
  readonly branch: string;
  readonly place?: SessionPlace;
  readonly by: Actor;
  /** Whoever started it, unless told. */
  readonly owner?: Actor;
  /** Absolute paths of what came with the task. */
  readonly files?: readonly string[];
  /** The chat message the task was written as. */
  readonly source?: ChatMessageRef | null;
  readonly home?: ChatHome;
  /** Only where an agent started it: the person behind. */
  readonly payer?: Actor;
}

/** A session that waits for admission, with its task as the first message in the queue. */
export function newSession(spec: NewSession, now: Millis): Snapshot {
  const { by, prompt, owner = by, files = [], source = null, ...rest } = spec;
  const task = newSteer('task', 'task', by.via === 'system' ? AO : by, prompt, now);
  return {
    session: {
      ...rest,
      handovers: [],
      startedBy: by,
      owner,
      createdAt: now,
      stage: 'queued',
      queue: null,
      admittedAt: null,
      startedAt: null,
      workspace: null,
      agentSession: null,
      launches: 0,
      launchedAt: null,
      workspaceRounds: 0,
      paused: null,
      ended: null,
      merging: null,
      mergeFailure: null,
      approvals: [],
      muted: false,
      toldStatus: 'queued',
      ciRounds: 0,
      reviewRounds: 0,
    },
    facts: {
      runtime: null,
      activity: null,
      issue: null,
      report: null,
      usage: null,
      budget: null,
      projectComplete: null,
    },
    prs: [],
    steers: [{ ...task, files, source }],
    requests: [],
    episodes: [],
    timers: [],
  };
}
