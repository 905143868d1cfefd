import { z } from 'zod';
import type { KeyValue } from '../../../src/slots/plugin.ts';

/** What is kept of a review or a comment; ids are `<pr>-<n>`. */
const comment = z.object({
  id: z.string(),
  /** The caller's idempotency key. */
  key: z.string(),
  kind: z.enum(['inline', 'body', 'reply', 'pr_comment']),
  threadId: z.string().nullable(),
  author: z.string(),
  own: z.boolean(),
  file: z.string().nullable(),
  line: z.number().nullable(),
  hunk: z.string().nullable(),
  body: z.string(),
  resolved: z.boolean(),
  at: z.number(),
});

const review = z.object({
  key: z.string(),
  by: z.string(),
  name: z.string(),
  decision: z.enum(['approve', 'request_changes']),
  /** The head that was looked at. */
  sha: z.string(),
  /** The base it was to go into; reviews of earlier versions don't say: the one it had until it is changed. */
  base: z.string().optional(),
  /** Comments of this review; with `request_changes` it stands until all of them are resolved. */
  comments: z.array(z.string()),
  at: z.number(),
});

/** What git said about one pair of commits; valid for as long as the pair is. */
const comparison = z.object({
  baseSha: z.string(),
  headSha: z.string(),
  ahead: z.number(),
  behind: z.number(),
  additions: z.number(),
  deletions: z.number(),
  changedFiles: z.number(),
  conflicts: z.array(z.string()),
});

/** Written before the base branch moves, so that a merge is recognised as done when the bot died right after. */
const mergeIntent = z.object({
  sha: z.string(),
  mergeSha: z.string(),
  method: z.string(),
  by: z.string(),
  /** What the base was before. */
  onto: z.string().optional(),
});

/** A move of the base that ao didn't make; see `BaseMove` in the domain. */
const baseMove = z.object({
  from: z.string(),
  to: z.string(),
  kind: z.enum(['outside', 'forced', 'has-work']),
});

const pullRequest = z.object({
  number: z.number(),
  session: z.string(),
  branch: z.string(),
  base: z.string(),
  title: z.string(),
  body: z.string(),
  draft: z.boolean(),
  state: z.enum(['open', 'closed', 'merged']),
  headSha: z.string(),
  headAt: z.number(),
  openedAt: z.number(),
  mergedSha: z.string().nullable(),
  mergeSha: z.string().nullable(),
  mergedBy: z.string().nullable(),
  /** What the base was right before ao merged. */
  mergedOnto: z.string().optional(),
  /** Where the base was when it was last looked at; a move from there that ao didn't make is told. */
  seenBase: z.object({ branch: z.string(), sha: z.string() }).optional(),
  baseMove: baseMove.optional(),
  intent: mergeIntent.nullable(),
  reviews: z.array(review),
  comments: z.array(comment),
  comparison: comparison.nullable(),
});

export type Comparison = z.infer<typeof comparison>;
export type ReviewRecord = z.infer<typeof review>;
export type CommentRecord = z.infer<typeof comment>;
export type PullRequestRecord = z.infer<typeof pullRequest>;

const run = z.object({
  name: z.string(),
  run: z.string(),
  required: z.boolean(),
  status: z.enum(['queued', 'running', 'completed']),
  conclusion: z.enum(['success', 'failure', 'cancelled', 'timed_out', 'infrastructure']).nullable(),
  /** Path of the log below the log folder; null before the first run. */
  log: z.string().nullable(),
  attempt: z.number(),
});

const commitChecks = z.object({
  sha: z.string(),
  runs: z.array(run),
  firstFailureAt: z.number().nullable(),
  /** Process group of the check that runs now, to end it after a crash of the bot. */
  process: z.object({ pid: z.number(), mark: z.string() }).nullable(),
});

export type CheckRun = z.infer<typeof run>;
export type CommitChecks = z.infer<typeof commitChecks>;

/** Pull requests and check results in the plugin's key-value store. */
export interface LocalRecords {
  nextNumber(): number;
  get(number: number): PullRequestRecord | null;
  all(): readonly PullRequestRecord[];
  save(record: PullRequestRecord): void;
  checks(sha: string): CommitChecks | null;
  allChecks(): readonly CommitChecks[];
  saveChecks(checks: CommitChecks): void;
}

const prKey = (number: number): string => `pr:${String(number).padStart(8, '0')}`;

/** Read once, at the first use: a poll of all pull requests then costs no parsing, and building the plugin no I/O. */
export function openRecords(kv: KeyValue): LocalRecords {
  let read: { prs: Map<number, PullRequestRecord>; checks: Map<string, CommitChecks> } | null =
    null;
  const all = () => (read ??= readAll(kv));
  return {
    nextNumber: () => Math.max(0, ...all().prs.keys()) + 1,
    get: (number) => all().prs.get(number) ?? null,
    all: () => [...all().prs.values()],
    save(record) {
      kv.set(prKey(record.number), record);
      all().prs.set(record.number, record);
    },
    checks: (sha) => all().checks.get(sha) ?? null,
    allChecks: () => [...all().checks.values()],
    saveChecks(record) {
      kv.set(`checks:${record.sha}`, record);
      all().checks.set(record.sha, record);
    },
  };
}

function readAll(kv: KeyValue): {
  prs: Map<number, PullRequestRecord>;
  checks: Map<string, CommitChecks>;
} {
  const prs = kv.list('pr:').map(([, value]) => pullRequest.parse(value));
  const checks = kv.list('checks:').map(([, value]) => commitChecks.parse(value));
  return {
    prs: new Map(prs.map((record) => [record.number, record])),
    checks: new Map(checks.map((record) => [record.sha, record])),
  };
}
