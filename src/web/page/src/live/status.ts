import type { Status } from '../../../../domain/session/statuses.ts';
import type { SessionView } from '../../../../http/contract.ts';

/** Colour of a state: whose turn it is, or how it ended. */
export type Tone = 'human' | 'agent' | 'ci' | 'wait' | 'good' | 'bad' | 'merged' | 'quiet';

interface Look {
  readonly emoji: string;
  readonly label: string;
}

const LOOKS: Readonly<Record<Status, Look>> = {
  queued: { emoji: '⏳', label: 'queued' },
  spawning: { emoji: '🌱', label: 'spawning' },
  working: { emoji: '🔨', label: 'working' },
  idle: { emoji: '💤', label: 'idle' },
  needs_input: { emoji: '✋', label: 'needs input' },
  stuck: { emoji: '🧊', label: 'stuck' },
  limited: { emoji: '🌙', label: 'limited' },
  paused: { emoji: '⏸', label: 'paused' },
  pr_open: { emoji: '📬', label: 'PR open' },
  ci_failed: { emoji: '🔴', label: 'CI failed' },
  review_pending: { emoji: '👀', label: 'review pending' },
  changes_requested: { emoji: '📝', label: 'changes requested' },
  approved: { emoji: '👍', label: 'approved' },
  mergeable: { emoji: '🟢', label: 'mergeable' },
  merge_failed: { emoji: '🟠', label: 'merge failed' },
  merged: { emoji: '🟣', label: 'merged' },
  cleanup: { emoji: '🟣', label: 'merged, cleaning up' },
  done: { emoji: '✅', label: 'done' },
  killed: { emoji: '⛔', label: 'killed' },
  errored: { emoji: '💥', label: 'errored' },
  terminated: { emoji: '🔌', label: 'terminated' },
};

export const lookOf = (status: Status): Look => LOOKS[status];

const WAITING: readonly Status[] = ['queued', 'limited', 'paused'];

export function toneOf(view: Pick<SessionView, 'status' | 'turn' | 'stage'>): Tone {
  if (view.status === 'merged' || view.status === 'cleanup') return 'merged';
  if (view.status === 'errored' || view.status === 'terminated') return 'bad';
  if (view.stage === 'ended') return 'quiet';
  if (WAITING.includes(view.status)) return 'wait';
  if (view.turn === 'human') return 'human';
  if (view.turn === 'ci') return 'ci';
  return view.turn === 'agent' ? 'agent' : 'wait';
}

export const COLUMNS = [
  { id: 'human', title: 'Your turn', empty: 'Nobody waits for you.' },
  { id: 'agent', title: "Agent's turn", empty: 'No agent is at work.' },
  { id: 'ci', title: 'CI', empty: 'No checks are running.' },
  { id: 'wait', title: 'Queued, limited, paused', empty: 'Nothing waits.' },
  { id: 'ended', title: 'Ended today', empty: 'Nothing ended today.' },
] as const;
export type ColumnId = (typeof COLUMNS)[number]['id'];

/** Null: ended before today, so not on the board. */
export function columnOf(view: SessionView, now: number): ColumnId | null {
  if (view.stage === 'ended')
    return new Date(view.endedAt ?? 0).toDateString() === new Date(now).toDateString()
      ? 'ended'
      : null;
  if (WAITING.includes(view.status)) return 'wait';
  switch (view.turn) {
    case 'human':
    case 'agent':
    case 'ci':
      return view.turn;
    case 'nobody':
      return 'wait';
  }
}

/** While one of these holds, a message waits in the queue. */
export function busyReason(view: SessionView): string | null {
  if (view.stage === 'ended') return null;
  if (view.openRequests.some((request) => request.answer === null))
    return 'The agent waits for the answer above. A message goes out after that.';
  if (view.status === 'queued' || view.stage === 'preparing' || view.stage === 'launching')
    return 'The agent has not started. A message goes out once it is ready.';
  if (view.status === 'limited' || view.status === 'paused')
    return `The session is ${lookOf(view.status).label}. A message goes out when it goes on.`;
  if (view.turn === 'agent' && view.status !== 'idle')
    return 'The agent is busy: a message is queued and goes out at the end of its turn.';
  return null;
}
