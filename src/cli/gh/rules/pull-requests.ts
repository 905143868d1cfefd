import { type Named, PASS, refuse, type Verdict } from './verdict.ts';
import { readWords, type Valued, type Words } from './words.ts';

const REPO: Valued = { repo: 'R' };
const EDIT: Valued = {
  ...REPO,
  base: 'B',
  title: 't',
  body: 'b',
  'body-file': 'F',
  milestone: 'm',
  'add-assignee': null,
  'add-label': null,
  'add-project': null,
  'add-reviewer': null,
  'remove-assignee': null,
  'remove-label': null,
  'remove-project': null,
  'remove-reviewer': null,
};
const MERGE: Valued = {
  ...REPO,
  'author-email': 'A',
  body: 'b',
  'body-file': 'F',
  'match-head-commit': null,
  subject: 't',
};
const REVIEW: Valued = { ...REPO, body: 'b', 'body-file': 'F' };
const CLOSE: Valued = { ...REPO, comment: 'c', reason: 'r' };

/** `gh pr VERB ...`; `args` with `pr` and the verb in it. */
export function judgePullRequestVerb(verb: string, args: readonly string[]): Verdict {
  switch (verb) {
    case 'merge':
      return readWords(args, MERGE).has('help') ? PASS : refuse('merge');
    case 'edit': {
      const words = readWords(args, EDIT);
      return words.has('base') && !words.has('help') ? refuse('base') : PASS;
    }
    case 'close':
    case 'reopen': {
      const words = readWords(args, CLOSE, { 'delete-branch': 'd' });
      return words.has('help') ? PASS : { type: 'whose', deed: 'close', ...namedIn(words) };
    }
    case 'review': {
      const words = readWords(args, REVIEW, { approve: 'a', comment: 'c', 'request-changes': 'r' });
      return words.has('approve') && !words.has('help')
        ? { type: 'whose', deed: 'approve', ...namedIn(words) }
        : PASS;
    }
    default:
      return PASS;
  }
}

/** `gh issue close 12` closes the pull request #12 too. */
export function judgeIssueVerb(verb: string, args: readonly string[]): Verdict {
  if (verb !== 'close' && verb !== 'reopen') return PASS;
  const words = readWords(args, { ...CLOSE, 'duplicate-of': null });
  return words.has('help') ? PASS : { type: 'whose', deed: 'close_issue', ...namedIn(words) };
}

/** Behind noun and verb. */
const namedIn = (words: Words): Named => ({
  pull: words.positionals[2] ?? null,
  repo: words.values('repo').at(-1) ?? null,
});
