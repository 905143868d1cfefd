/**
 * What a reaction's message template may name. All are plain text, ready to be put in: excerpts and comments come redacted,
 * size-limited and fenced as untrusted, with their source. Empty text where there is nothing, so that `{{#errors}}…{{/errors}}` works.
 */
export const TEMPLATE_VARIABLES = {
  session: 'session id, e.g. app-7',
  project: 'project id',
  issue: 'issue with its number, e.g. #42, or nothing',
  title: 'title of the task',
  branch: 'branch of the session',
  base: 'branch it goes into',
  pr: 'pull request with its number, e.g. #118, or nothing',
  url: 'address of the pull request, or nothing',
  sha: 'short head commit of the pull request',
  checks: 'names of the failing checks, comma-separated',
  errors: 'excerpts around the errors, one per failing check, fenced',
  comments: 'review comments: author, file and line, hunk, text; fenced',
  conflicts: 'files in conflict, one per line',
  reason: 'why it happened, in words: refusal, error, question, limit',
  attempt: 'number of this attempt, 1 for the first',
  retries: 'attempts before a person is asked, or nothing',
  idle: 'how long there was no activity, e.g. 12m',
  until: 'when it goes on by itself, or nothing',
} as const;

export type TemplateVariables = Readonly<Record<keyof typeof TEMPLATE_VARIABLES, string>>;
