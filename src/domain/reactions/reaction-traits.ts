import type { ReactionKey } from './reaction-words.ts';

/**
 * What a built-in reaction is about. `branch`: only new commits on the branch end it; while one is open the merge gate stays
 * shut, and nothing of it is sent to an agent that may not see or can't push it. A reaction without its line doesn't compile.
 */
const ABOUT: Readonly<Record<ReactionKey, 'branch' | 'session'>> = {
  'ci-failed': 'branch',
  'checks-not-run': 'session',
  'changes-requested': 'branch',
  'bugbot-comments': 'branch',
  'merge-conflicts': 'branch',
  'branch-behind': 'branch',
  'draft-done': 'session',
  'gate-waits': 'session',
  'approved-and-green': 'session',
  'merge-failed': 'session',
  'agent-idle': 'session',
  'agent-stuck': 'session',
  'agent-needs-input': 'session',
  'agent-exited': 'session',
  'agent-errored': 'session',
  'agent-limited': 'session',
  'report-no-acknowledge': 'session',
  'report-stale': 'session',
  'report-needs-input': 'session',
  'pr-closed': 'session',
  'budget-warning': 'session',
  'budget-exceeded': 'session',
  'all-complete': 'session',
};

/** Reactions of the team's own are about the session. */
export const isOfTheBranch = (key: string): boolean =>
  Object.hasOwn(ABOUT, key) && ABOUT[key as ReactionKey] === 'branch';
