/**
 * The reactions ao brings: what people read when one of them needs them, and what it is about. A reaction without words does
 * not compile.
 */
const REACTION_WORDS = {
  'ci-failed': ['Checks still fail after what the agent tried', 'failed checks'],
  'checks-not-run': ['Checks did not run, and not because of the code', 'checks that did not run'],
  'changes-requested': ['The review is still unanswered', 'the changes asked for'],
  'bugbot-comments': ["A bot's comments are still unanswered", 'the comments of a bot'],
  'merge-conflicts': ['The conflict with the base is still there', 'the conflict with the base'],
  'branch-behind': ['The branch is still behind its base', 'a branch behind its base'],
  'draft-done': ['The draft is finished and waits to be made ready', 'a finished draft'],
  'gate-waits': ['The pull request has waited for a long time', 'a pull request that waits'],
  'approved-and-green': [
    'The pull request waits to be merged',
    'a pull request that can be merged',
  ],
  'merge-failed': ['The merge keeps failing', 'a failed merge'],
  'agent-idle': ['The agent stopped without a pull request', 'an agent that stopped'],
  'agent-stuck': ['No activity in the middle of a turn', 'an agent without activity'],
  'agent-needs-input': ['The agent waits for an answer', 'the question of the agent'],
  'agent-exited': ['The agent ended and could not be resumed', 'an agent that ended'],
  'agent-errored': ['The agent shows an error', 'an error of the agent'],
  'agent-limited': ['The agent reached its usage limit', 'the usage limit'],
  'report-no-acknowledge': ['The agent has not reported yet', 'a report that did not come'],
  'report-stale': ['The agent has not reported for a long time', 'a report that is overdue'],
  'report-needs-input': ['The agent asks for help in its report', 'a report that asks for help'],
  'pr-closed': ['The pull request was closed without a merge', 'a closed pull request'],
  'budget-warning': ['A budget is nearly used up', 'a budget that is nearly used up'],
  'budget-exceeded': ['A budget is used up', 'a budget that is used up'],
  'all-complete': ['All sessions of the project have ended', 'the end of all sessions'],
} as const satisfies Readonly<Record<string, readonly [asks: string, about: string]>>;

export type ReactionKey = keyof typeof REACTION_WORDS;

/** What needs people, as one sentence without its full stop; a reaction of the team's own is named. */
export const reactionWords = (key: string): string =>
  Object.hasOwn(REACTION_WORDS, key)
    ? REACTION_WORDS[key as ReactionKey][0]
    : `The reaction "${key}" asks for somebody`;

/** What a reaction is about, to go into a sentence: `failed checks`. Its key is for the configuration, not for people. */
export const reactionTopic = (key: string): string =>
  Object.hasOwn(REACTION_WORDS, key)
    ? REACTION_WORDS[key as ReactionKey][1]
    : `the reaction "${key}"`;
