/** The reactions ao brings, and what people read when one of them needs them. A reaction without words does not compile. */
const REACTION_WORDS = {
  'ci-failed': 'Checks still fail after what the agent tried',
  'checks-not-run': 'Checks did not run, and not because of the code',
  'changes-requested': 'The review is still unanswered',
  'bugbot-comments': "A bot's comments are still unanswered",
  'merge-conflicts': 'The conflict with the base is still there',
  'branch-behind': 'The branch is still behind its base',
  'draft-done': 'The draft is finished and waits to be made ready',
  'gate-waits': 'The pull request has waited for a long time',
  'approved-and-green': 'The pull request waits to be merged',
  'merge-failed': 'The merge keeps failing',
  'agent-idle': 'The agent stopped without a pull request',
  'agent-stuck': 'No activity in the middle of a turn',
  'agent-needs-input': 'The agent waits for an answer',
  'agent-exited': 'The agent ended and could not be resumed',
  'agent-errored': 'The agent shows an error',
  'agent-limited': 'The agent reached its usage limit',
  'report-no-acknowledge': 'The agent has not reported yet',
  'report-stale': 'The agent has not reported for a long time',
  'report-needs-input': 'The agent asks for help in its report',
  'pr-closed': 'The pull request was closed without a merge',
  'budget-warning': 'A budget is nearly used up',
  'budget-exceeded': 'A budget is used up',
  'all-complete': 'All sessions of the project have ended',
} as const satisfies Readonly<Record<string, string>>;

export type ReactionKey = keyof typeof REACTION_WORDS;

/** What needs people, as one sentence without its full stop; a reaction of the team's own is named. */
export const reactionWords = (key: string): string =>
  Object.hasOwn(REACTION_WORDS, key)
    ? REACTION_WORDS[key as ReactionKey]
    : `The reaction "${key}" asks for somebody`;
