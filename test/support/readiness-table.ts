import { readiness, type Wait } from '../../src/domain/merge/readiness.ts';
import {
  noteSentence,
  remedy,
  waitSentence,
  whoCan,
} from '../../src/domain/merge/readiness-words.ts';
import type {
  Check,
  ChecksFact,
  PullRequestFact,
  WorkAtHeadFact,
} from '../../src/domain/session/facts.ts';
import type { MergePolicy } from '../../src/domain/session/policy.ts';
import {
  APPROVED,
  check,
  checksOf,
  MINUTE,
  policyWith,
  pullRequest,
  resting,
  SECOND,
  SHA,
  T0,
} from './session-world.ts';

/** One state of one thing; everything else is as it must be. */
export interface Row {
  readonly what: string;
  readonly pr: Partial<PullRequestFact>;
  readonly merge?: Partial<MergePolicy>;
  /** How its head stands to the worktree. */
  readonly work?: Pick<WorkAtHeadFact, 'head' | 'ours'>;
  /** Since the push. */
  readonly age?: number;
}

const required = (
  name: string,
  conclusion: Parameters<typeof check>[1],
  more: Partial<Check> = {},
) => check(name, conclusion, { required: true, ...more });
const optional = (name: string, conclusion: Parameters<typeof check>[1]) =>
  check(name, conclusion, { required: false });
const free = (name: string, conclusion: Parameters<typeof check>[1]) =>
  check(name, conclusion, { required: null });
const ofHead = (
  state: ChecksFact['state'],
  ...checks: readonly Check[]
): Partial<PullRequestFact> => ({
  checks: checksOf(SHA(1), state, ...checks),
});
const build = required('build', 'success');

export const CHECKS: readonly Row[] = [
  { what: 'nothing registered, just pushed', pr: ofHead('none'), age: 10 * SECOND },
  { what: 'nothing registered', pr: ofHead('none') },
  {
    what: 'nothing registered, and the team wants one (requireChecks: always)',
    pr: ofHead('none'),
    merge: { requireChecks: 'always' },
  },
  {
    what: 'a fast one is green, just pushed',
    pr: ofHead('passing', free('license', 'success')),
    age: 10 * SECOND,
  },
  {
    what: 'all green, just pushed, and the list is whole with the push (scm local)',
    pr: { checks: { ...checksOf(SHA(1), 'passing', build), complete: true } },
    age: 0,
  },
  { what: 'required ones green', pr: ofHead('passing', build) },
  {
    what: 'required ones green, one has not reported',
    pr: { checks: { ...checksOf(SHA(1), 'passing', build), missing: ['e2e'] } },
  },
  {
    what: 'required ones green, an optional one red',
    pr: ofHead('failing', build, optional('codecov/patch', 'failure')),
  },
  {
    what: 'required ones green, an optional one hangs',
    pr: ofHead('pending', build, optional('codecov/patch', null)),
  },
  {
    what: 'a required one green, its older cancelled run beside it',
    pr: ofHead(
      'failing',
      required('build', 'cancelled', { order: 1 }),
      required('build', 'success', { order: 2 }),
    ),
  },
  { what: 'a required one runs', pr: ofHead('pending', required('build', null)) },
  {
    what: 'one runs, and no rule says which are required',
    pr: ofHead('pending', free('build', null)),
  },
  {
    what: 'one runs, no rule requires it, and the team waits for none (requireChecks: false)',
    pr: ofHead('pending', free('build', null)),
    merge: { requireChecks: false },
  },
  { what: 'a required one red', pr: ofHead('failing', required('build', 'failure')) },
  {
    what: 'one red, and no rule says which are required',
    pr: ofHead('failing', free('build', 'failure')),
  },
  {
    what: "a required one not started: the account's payments failed",
    pr: ofHead(
      'failing',
      required('build', 'failure', {
        excerpt: 'The job was not started because recent account payments have failed',
      }),
    ),
  },
  {
    what: "a required one not started: the account's minutes are used up",
    pr: ofHead(
      'failing',
      required('build', 'failure', { excerpt: 'You have used up all included build minutes' }),
    ),
  },
  {
    what: 'a required one lost its runner',
    pr: ofHead(
      'failing',
      required('build', 'failure', {
        excerpt: 'The self-hosted runner lost communication with the server.',
      }),
    ),
  },
  {
    what: 'a required one could not start',
    pr: ofHead('failing', required('build', 'infrastructure')),
  },
  {
    what: 'a required one waits for approval',
    pr: ofHead('failing', required('build', 'action_required')),
  },
  { what: 'a required one was cancelled', pr: ofHead('failing', required('build', 'cancelled')) },
  {
    what: 'those seen are of another commit',
    pr: { checks: { ...checksOf(SHA(2), 'passing', build), sha: SHA(2) } },
  },
  { what: 'not known', pr: ofHead('unknown') },
];

const review = (decision: PullRequestFact['review']['decision']): Partial<PullRequestFact> => ({
  review: { decision, approvedBy: [], comments: [] },
});

export const REVIEWS: readonly Row[] = [
  { what: 'approved', pr: { review: APPROVED } },
  { what: 'a rule wants one, there is none', pr: review('required') },
  { what: 'no rule, the team wants one', pr: review('none') },
  { what: 'no rule, the team wants none', pr: review('none'), merge: { requireReview: false } },
  { what: 'changes requested', pr: review('changes_requested') },
];

export const DRAFTS: readonly Row[] = [
  { what: 'no draft', pr: { draft: false } },
  { what: 'a draft', pr: { draft: true } },
];

export const MERGES: readonly Row[] = [
  { what: 'clean', pr: { mergeability: 'clean' } },
  {
    what: 'unstable: only checks that no rule requires are not green',
    pr: { mergeability: 'unstable' },
  },
  {
    what: 'behind, and a rule wants a current base',
    pr: { mergeability: 'behind', requiresCurrentBase: true },
  },
  { what: 'blocked, the forge does not say why', pr: { mergeability: 'blocked' } },
  {
    what: 'blocked by a rule with a name',
    pr: { mergeability: 'blocked', blockers: ['Signed commits are required'] },
  },
  { what: 'conflicting', pr: { mergeability: 'conflicting', conflicts: ['a.ts'] } },
  { what: 'in the merge queue', pr: { mergeability: 'queued' } },
  { what: 'not known', pr: { mergeability: 'unknown' } },
  { what: 'closed', pr: { state: 'closed' } },
];

export const WORKS: readonly Row[] = [
  { what: 'has the head', pr: {}, work: { head: 'has', ours: 0 } },
  {
    what: 'has the head, and commits that were not pushed',
    pr: {},
    work: { head: 'has', ours: 2 },
  },
  {
    what: 'lacks commits that somebody pushed on top of its own',
    pr: {},
    work: { head: 'lacks', ours: 0 },
  },
  {
    what: 'lacks commits of the head, and has others instead (a branch of the same name, a push that replaced them)',
    pr: {},
    work: { head: 'lacks', ours: 2 },
  },
  { what: 'its repository does not know the head', pr: {}, work: { head: 'absent', ours: 0 } },
];

export const AS_IT_MUST_BE: Partial<PullRequestFact> = {
  ...ofHead('passing', build),
  review: APPROVED,
  mergeability: 'clean',
};

/** What the rule says of one row, or of several together. */
export function judged(...rows: readonly Row[]) {
  const pr = pullRequest(T0, Object.assign({}, AS_IT_MUST_BE, ...rows.map((row) => row.pr)));
  const merge = Object.assign({}, policyWith().merge, ...rows.map((row) => row.merge ?? {}));
  const age = Math.min(...rows.map((row) => row.age ?? 10 * MINUTE));
  const compared = rows.find((row) => row.work !== undefined)?.work;
  const work = compared && { ...compared, pr: pr.key, sha: pr.headSha, at: T0 };
  return readiness({ pr, merge, settle: 60 * SECOND, episodes: [], work, now: T0 + age });
}

/** The same seen by a session whose agent rests. */
function statusAndTurn(row: Row): string {
  const world = resting({ policy: policyWith({ merge: row.merge ?? {} }) });
  const headAt = world.now - (row.age ?? 10 * MINUTE);
  world.pr({ ...AS_IT_MUST_BE, headSha: SHA(1), ...row.pr, headAt });
  const pr = world.snapshot.prs[0];
  if (row.work !== undefined && pr !== undefined)
    world.fact({ type: 'work_at_head', fact: { ...row.work, pr: pr.key, sha: pr.headSha } });
  return `\`${world.status}\`, ${world.turn}`;
}

const WHO: Readonly<Record<ReturnType<typeof whoCan>, string>> = {
  agent: 'agent',
  reviewer: 'reviewer',
  person: 'person',
  admin: 'admin',
  forge: 'forge',
  time: 'time',
};

const words = (waits: readonly Wait[]): readonly string[] =>
  waits.map((wait) => `${WHO[whoCan(wait)]}: ${remedy(wait)}`);

export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const { waits, notes } = judged(row);
    const sentences = [...waits.map(waitSentence), ...notes.map(noteSentence)];
    return [
      row.what,
      waits.length === 0 ? 'yes' : 'no',
      sentences.join(' ') || '-',
      statusAndTurn(row),
      words(waits).join(' ') || 'person: approves the merge.',
    ].join(' | ');
  });
  return [
    '| what is seen | ready | what people read | status, turn | who can do what |',
    '|---|---|---|---|---|',
    ...lines.map((line) => `| ${line} |`),
  ].join('\n');
}
