import { type Draft, episodeOf } from '../decide/draft.ts';
import { notRunWords } from '../merge/check-rule.ts';
import { usedOf } from '../money/budget.ts';
import type { Check, PullRequestFact, ReviewComment } from '../session/facts.ts';
import type { ReactionPolicy } from '../session/policy.ts';
import { failingChecks, headRepository, openComments, shortSha, shownPr } from '../session/pr.ts';
import { fence, namesAsData, plainName, wordsAsData } from '../text/fence.ts';
import { lastingWords } from './readiness-conditions.ts';
import { commentKey, unhandled } from './review-conditions.ts';

const CONDITIONS: Readonly<Record<string, string>> = {
  'ci-failed': 'CI fails',
  'changes-requested': 'Reviewers ask for changes',
  'bugbot-comments': 'An automatic reviewer has comments',
  'merge-conflicts': 'The pull request conflicts with its base',
  'branch-behind': 'The base has moved on',
  'checks-not-run': 'Checks did not run, and not because of the code',
  'draft-done': 'The draft is done',
  'gate-waits': 'The pull request waits for the forge',
  'approved-and-green': 'The merge waits for somebody',
  'merge-failed': 'The merge fails',
  'agent-idle': 'The agent rests without having finished',
};

/** What holds while the reaction's episode is open, as the beginning of a sentence to people. */
export const conditionWords = (key: string): string => CONDITIONS[key] ?? key;

/** The reaction's template with what is known now, for people. Logs and comments are fenced with their source. */
export function reactionText(draft: Draft, policy: ReactionPolicy): string {
  return draft.policy.render(policy.message, variables(draft, policy)).trim();
}

/** The same for an agent: whatever variable the template names, words that came from outside stand in it as data. */
export function agentText(draft: Draft, policy: ReactionPolicy): string {
  const nonce = nonceOf(draft, policy);
  const values = { ...variables(draft, policy), checks: failingNames(draft, nonce) };
  return draft.policy.render(policy.message, asData(values, '', nonce)).trim();
}

/** Each name is looked at by itself: a list of words with commas between them is no sentence. */
function failingNames(draft: Draft, nonce: string): string {
  const pr = shownPr(draft.snapshot);
  const names = pr === null ? [] : failingChecks(pr.checks).map((check) => check.name);
  return namesAsData('names of the failing checks', names, nonce);
}

const nonceOf = (draft: Draft, { key }: ReactionPolicy): string =>
  `${draft.snapshot.session.id}-${episodeOf(draft, key)?.startedAt ?? draft.now}`;

/** What ao itself says, and what is fenced already. Any other variable is somebody else's words. */
const OWN: ReadonlySet<string> = new Set([
  'session.id',
  'session.agent',
  'project',
  'pr.sha',
  'pr.headSha',
  'checks',
  'errors',
  'comments',
  'conflicts',
  'attempt',
  'retries',
  'budget',
  'pauses',
  'resetAt',
]);

function asData(
  values: Readonly<Record<string, unknown>>,
  prefix: string,
  nonce: string,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const path = `${prefix}${name}`;
      if (OWN.has(path)) return [name, value];
      if (typeof value === 'string') return [name, wordsAsData(path, value, nonce)];
      return [
        name,
        typeof value === 'object' && value !== null
          ? asData(value as Readonly<Record<string, unknown>>, `${path}.`, nonce)
          : value,
      ];
    }),
  );
}

/** The variables of a message template; documented in docs/reactions.md. */
function variables(draft: Draft, policy: ReactionPolicy): Readonly<Record<string, unknown>> {
  const { session, facts, requests } = draft.snapshot;
  const episode = episodeOf(draft, policy.key);
  const pr = shownPr(draft.snapshot);
  const nonce = nonceOf(draft, policy);
  const failing = pr === null ? [] : failingChecks(pr.checks);
  const open = requests.find((request) => request.answer === null);
  return {
    session: { id: session.id, branch: session.branch, base: session.base, agent: session.agent },
    project: session.project,
    issue:
      facts.issue === null
        ? null
        : { id: facts.issue.id, title: facts.issue.title, url: facts.issue.url },
    pr:
      pr === null
        ? null
        : {
            number: pr.number,
            title: pr.title,
            url: pr.url,
            base: pr.base,
            branch: pr.branch,
            sha: shortSha(pr.headSha),
            headSha: pr.headSha,
          },
    checks: failing.map((check) => plainName(check.name)).join(', '),
    errors: pr === null ? '' : logs(pr, failing, policy, nonce),
    comments: pr === null ? '' : commentText(draft, policy.key, nonce),
    conflicts:
      (pr?.conflicts ?? []).length === 0
        ? ''
        : fence(
            'names of the files in conflict',
            (pr?.conflicts ?? []).map(plainName).join(', '),
            nonce,
          ),
    base: pr?.base ?? session.base,
    attempt: episode?.attempts ?? 1,
    retries: policy.retries ?? '',
    reason: reasonFor(draft, policy.key, pr),
    question: open?.title ?? '',
    budget: facts.budget === null ? '' : usedOf(facts.budget),
    budgetName:
      facts.budget === null
        ? ''
        : `${facts.budget.label[0]?.toUpperCase()}${facts.budget.label.slice(1)}`,
    pauses: session.paused === null ? "pauses when the agent's turn ends" : 'is paused',
    resetAt: facts.activity?.resetAt ?? '',
    last: facts.activity?.detail ?? '',
  };
}

/** Why people hear of it, in words: of the pull request where the reaction is about that, else what was last said. */
function reasonFor(draft: Draft, key: string, pr: PullRequestFact | null): string {
  if (pr !== null && key === 'checks-not-run') return notRunWords(pr.checks).join(' ');
  if (pr !== null && key === 'gate-waits') return lastingWords(draft, pr);
  const { session, facts } = draft.snapshot;
  return session.mergeFailure?.reason ?? facts.activity?.detail ?? facts.report?.note ?? '';
}

/** What a fork's checks printed goes only into the reaction that always waits for a click. */
function logs(
  pr: PullRequestFact,
  failing: readonly Check[],
  policy: ReactionPolicy,
  nonce: string,
): string {
  if (pr.foreign && policy.key !== 'ci-failed')
    return `(The log comes from the fork ${headRepository(pr)}; somebody has to send it.)`;
  const origin = pr.foreign ? `, from the fork ${headRepository(pr)}` : '';
  return failing
    .map((check) =>
      fence(`log of check ${check.name}${origin}`, check.excerpt ?? 'No log could be read.', nonce),
    )
    .join('\n');
}

function commentText(draft: Draft, key: string, nonce: string): string {
  const pr = shownPr(draft.snapshot);
  if (pr === null) return '';
  return commentsFor(draft, pr, key)
    .map((comment) => oneComment(comment, nonce))
    .join('\n');
}

/** What is new; told again, what the last message was about and is still open. */
function commentsFor(draft: Draft, pr: PullRequestFact, key: string): readonly ReviewComment[] {
  const episode = episodeOf(draft, key);
  const fresh = unhandled(draft, pr, episode, key);
  if (fresh.length > 0) return fresh;
  const told = new Set(episode?.fingerprint.split(','));
  return openComments(pr, key === 'bugbot-comments', draft.policy.botAuthors).filter(
    (comment) => told.size === 0 || told.has(commentKey(comment)),
  );
}

function oneComment(comment: ReviewComment, nonce: string): string {
  const where =
    comment.file === null
      ? 'on the pull request'
      : `${comment.file}${comment.line === null ? '' : `:${comment.line}`}`;
  const hunk = comment.hunk === null ? '' : `${comment.hunk}\n\n`;
  const source = `comment ${comment.id} by ${comment.author} (${comment.permission} access), ${where}`;
  return fence(source, `${hunk}${comment.body}`, nonce);
}
