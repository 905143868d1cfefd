import { PASS, type Rule, refuse, type Verdict } from './verdict.ts';

/** Mutations that do what a rule forbids whatever their arguments are. */
const FORBIDDEN: ReadonlyArray<readonly [Rule, RegExp]> = [
  ['merge', /\b(?:mergePullRequest|enqueuePullRequest|enablePullRequestAutoMerge|mergeBranch)\b/],
  ['state', /\b(?:closePullRequest|reopenPullRequest)\b/],
  ['dismiss', /\bdismissPullRequestReview\b/],
  ['branch', /\b(?:updateRefs?|deleteRef)\b/],
  [
    'protection',
    /\b(?:create|update|delete)(?:BranchProtectionRule|RepositoryRuleset)\b|\bupdateRepository\b/,
  ],
  ['checks', /\b(?:create|update)Check(?:Run|Suite)\b/],
];

/** `text`: the query; `variables`: names (`b`, `input[baseRefName]`) and values as far as they are known. */
export function judgeGraphql(
  text: string,
  variables: ReadonlyArray<readonly [string, string]>,
): Verdict {
  const code = withoutStrings(text);
  if (!/\bmutation\b/.test(code)) return PASS;
  const found = FORBIDDEN.find(([, pattern]) => pattern.test(code));
  if (found !== undefined) return refuse(found[0]);
  const says = (name: string): boolean =>
    new RegExp(`\\b${name}\\s*:`).test(code) ||
    variables.some(([key]) => new RegExp(`\\b${name}\\b`).test(key));
  if (/\bupdatePullRequest\b/.test(code)) {
    if (says('baseRefName')) return refuse('base');
    if (says('state')) return refuse('state');
  }
  const approves =
    /\bAPPROVE\b/.test(code) || variables.some(([, value]) => value.trim() === 'APPROVE');
  return /\b(?:add|submit)PullRequestReview\b/.test(code) && approves ? refuse('approve') : PASS;
}

/** Comments and strings say nothing of what is done. */
const withoutStrings = (text: string): string =>
  text.replace(/#[^\n\r]*|"""(?:\\"""|(?!""")[\s\S])*"""|"(?:[^"\\\n]|\\.)*"/g, '""');
