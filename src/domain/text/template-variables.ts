/**
 * What a reaction's message template may name. All are plain text, ready to be put in: excerpts and comments come redacted,
 * size-limited and fenced as untrusted, with their source; in a message to an agent, so does every other variable that holds
 * words from outside. Empty where there is nothing, so that `{{#errors}}…{{/errors}}` works.
 */
export const TEMPLATE_VARIABLES = {
  'session.id': 'e.g. app-7',
  'session.branch': 'branch of the session',
  'session.base': 'branch it began at',
  'session.agent': 'name of the agent',
  project: 'project id',
  'issue.id': 'number or key of the issue',
  'issue.title': 'its title',
  'issue.url': 'its address',
  'pr.number': 'number of the pull request',
  'pr.title': 'its title',
  'pr.url': 'its address',
  'pr.base': 'branch it goes into',
  'pr.branch': 'branch it comes from',
  'pr.sha': 'its head commit, short',
  'pr.headSha': 'its head commit, whole',
  base: 'branch the work goes into',
  checks:
    'names of the failing checks, comma-separated; fenced for an agent where one is not a single word',
  errors: 'excerpts around the errors, one per failing check, fenced',
  comments: 'review comments that are not handled yet: author, place, hunk, text; fenced',
  conflicts: 'files in conflict, comma-separated; fenced',
  attempt: 'number of this attempt, 1 for the first',
  retries: 'attempts before a person is asked',
  reason: 'why it happened, in words: refusal of the merge, error of the agent, its report',
  question: 'what the agent asks',
  budget: 'spent and limit, e.g. $4.10 of $5.00',
  budgetName: "what people call that budget, e.g. Today's budget",
  pauses: "whether a budget paused the session: is paused, or pauses when the agent's turn ends",
  resetAt: 'when the usage limit ends, ms UTC',
  last: 'last line of activity',
} as const;
