import type {
  Check,
  CheckConclusion,
  PullRequestFact,
  ReviewComment,
} from '../../src/domain/session/facts.ts';
import { notFound, rejected } from '../../src/slots/errors.ts';
import type { ScmPlugin } from '../../src/slots/scm.ts';

/** An scm in memory: branches are numbered commits, each with the files it changes. */
export interface FakeScm extends ScmPlugin {
  /** New head of a branch; returns its SHA. A branch and the base that change the same file conflict. */
  push(branch: string, files?: Readonly<Record<string, string>>): string;
  /** Checks of the head of a pull request; null conclusion: running. */
  setChecks(
    pr: string,
    conclusions: Readonly<Record<string, CheckConclusion | null>>,
    excerpt?: string,
  ): void;
  /** Any other part of the fact. */
  set(pr: string, change: Partial<PullRequestFact>): void;
  /** Of logins; none for those that are missing. */
  readonly permissions: Map<string, 'none' | 'read' | 'write' | 'admin' | 'unknown'>;
  /** CODEOWNERS on the base. */
  ownersFile: string | null;
  /** Every following call fails with it until it is null again. */
  failWith: Error | null;
  /** Successful calls that changed something, e.g. `merge fake:app#1`. */
  readonly calls: string[];
}

interface Branch {
  readonly sha: string;
  readonly files: ReadonlyMap<string, string>;
}

export function createFakeScm(now: () => number = Date.now): FakeScm {
  const branches = new Map<string, Branch>([['main', { sha: shaOf(0), files: new Map() }]]);
  const prs = new Map<string, PullRequestFact>();
  const excerpts = new Map<string, string>();
  const merged = new Map<string, string>();
  const usedKeys = new Set<string>();
  const listeners = new Set<(pr: string | null) => void>();
  const calls: string[] = [];
  const permissions: FakeScm['permissions'] = new Map();
  let commits = 0;
  let comments = 0;

  const changed = (pr: string | null): void => {
    for (const listener of listeners) listener(pr);
  };
  const failing = (): void => {
    if (fake.failWith !== null) throw fake.failWith;
  };
  const save = (fact: PullRequestFact): PullRequestFact => {
    prs.set(fact.key, fact);
    changed(fact.key);
    return fact;
  };
  const conflictsOf = (fact: PullRequestFact): string[] => {
    const [head, base] = [branches.get(fact.branch)?.files, branches.get(fact.base)?.files];
    return [...(head ?? [])]
      .filter(([file, text]) => base?.has(file) === true && base.get(file) !== text)
      .map(([file]) => file);
  };
  /** A push makes former checks and approvals void. */
  const current = (pr: string): PullRequestFact => {
    failing();
    const fact = prs.get(pr);
    if (fact === undefined)
      throw notFound('AO_SCM_NO_PULL_REQUEST', `There is no pull request ${pr}.`);
    const head = branches.get(fact.branch);
    if (fact.state !== 'open' || head === undefined) return { ...fact, at: now() };
    const conflicts = conflictsOf(fact);
    const state =
      conflicts.length > 0
        ? ('conflicting' as const)
        : fact.mergeability === 'conflicting'
          ? ('clean' as const)
          : fact.mergeability;
    const next = { ...fact, mergeability: state, conflicts, at: now() };
    if (head.sha === fact.headSha) return next;
    const review = {
      ...fact.review,
      decision: fact.review.decision === 'approved' ? ('required' as const) : fact.review.decision,
      approvedBy: [],
    };
    const pushed = {
      ...next,
      headSha: head.sha,
      headAt: now(),
      changedFiles: head.files.size,
      additions: head.files.size,
      review,
      checks: noChecks(head.sha),
    };
    prs.set(pr, pushed);
    return pushed;
  };
  const requireHead = (fact: PullRequestFact, sha: string): void => {
    if (fact.headSha !== sha)
      throw rejected(
        'AO_SCM_HEAD_MOVED',
        `This was for ${sha.slice(0, 7)}, the head is now ${fact.headSha.slice(0, 7)}.`,
      );
  };
  const requireBase = (fact: PullRequestFact, base: string): void => {
    if (fact.base !== base)
      throw rejected('AO_SCM_BASE_CHANGED', `This was for ${base}, the base is now ${fact.base}.`);
  };
  /** Approvals for the old base count for nothing. */
  const moved = (fact: PullRequestFact, base: string): PullRequestFact =>
    fact.base === base
      ? fact
      : { ...fact, base, review: { ...fact.review, decision: 'required', approvedBy: [] } };
  const addComment = (
    fact: PullRequestFact,
    comment: Partial<ReviewComment> & Pick<ReviewComment, 'author' | 'body' | 'own' | 'kind'>,
  ): PullRequestFact => {
    comments += 1;
    const id = `c${comments}`;
    const full: ReviewComment = {
      id,
      threadId: id,
      isBot: false,
      permission: 'admin',
      file: null,
      line: null,
      hunk: null,
      resolved: false,
      at: now(),
      ...comment,
    };
    return { ...fact, review: { ...fact.review, comments: [...fact.review.comments, full] } };
  };

  const fake: FakeScm = {
    failWith: null,
    permissions,
    ownersFile: null,
    calls,
    capabilities: { create: true, review: true, rerun: true, updateBranch: true, webhooks: false },
    push(branch, files = {}) {
      commits += 1;
      const from = branches.get(branch)?.files ?? new Map<string, string>();
      branches.set(branch, {
        sha: shaOf(commits),
        files: new Map([...from, ...Object.entries(files)]),
      });
      for (const fact of prs.values())
        if (fact.branch === branch || fact.base === branch) changed(fact.key);
      return shaOf(commits);
    },
    setChecks(pr, conclusions, excerpt = '') {
      const fact = current(pr);
      const checks = Object.entries(conclusions).map(
        ([name, conclusion]): Check => ({
          name,
          status: conclusion === null ? 'running' : 'completed',
          conclusion,
          url: null,
          required: true,
          excerpt: null,
          ref: name,
        }),
      );
      const red = checks.some(
        (check) => check.conclusion !== null && check.conclusion !== 'success',
      );
      const state = red
        ? 'failing'
        : checks.some((check) => check.conclusion === null)
          ? 'pending'
          : checks.length === 0
            ? 'none'
            : 'passing';
      if (red) excerpts.set(pr, excerpt);
      save({
        ...fact,
        checks: {
          state,
          complete: true,
          sha: fact.headSha,
          checks,
          firstFailureAt: red ? (fact.checks.firstFailureAt ?? now()) : null,
        },
      });
    },
    set: (pr, change) => void save({ ...current(pr), ...change }),
    start: async () => undefined,
    stop: async () => undefined,
    async pullRequests(targets) {
      failing();
      return targets.flatMap((target) =>
        [...prs.values()]
          .filter(
            (fact) =>
              target.prs.includes(fact.key) ||
              (fact.branch === target.branch && fact.openedAt >= target.since),
          )
          .map((fact) => ({ session: target.session, fact: current(fact.key) })),
      );
    },
    read: async (pr) => current(pr),
    resolve: async (reference) =>
      current(/^#?\d+$/.test(reference) ? `fake:app#${reference.replace('#', '')}` : reference).key,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async details(pr) {
      const fact = current(pr);
      return {
        checks: fact.checks.checks.map((check) =>
          check.conclusion === null || check.conclusion === 'success'
            ? check
            : { ...check, excerpt: excerpts.get(pr) ?? '' },
        ),
        comments: fact.review.comments,
      };
    },
    checkLog: async (pr) => excerpts.get(current(pr).key) ?? '',
    async create({ branch, base, title, draft, mayMove }) {
      failing();
      const head = branches.get(branch);
      if (head === undefined || branch === base)
        throw rejected('AO_SCM_NO_BRANCH', `There is no branch ${branch} with commits of its own.`);
      calls.push(`create ${branch}`);
      const open = [...prs.values()].find(
        (fact) => fact.branch === branch && fact.state === 'open',
      );
      if (open !== undefined && open.base !== base && mayMove !== true)
        throw rejected('AO_SCM_BASE_FIXED', `#${open.number} goes into ${open.base}.`);
      if (open !== undefined) return save({ ...moved(current(open.key), base), title, draft });
      const number = prs.size + 1;
      return save({
        key: `fake:app#${number}`,
        number,
        title,
        url: null,
        branch,
        base,
        headSha: head.sha,
        baseSha: branches.get(base)?.sha ?? null,
        foreign: false,
        draft,
        state: 'open',
        mergeSha: null,
        mergedBy: null,
        checks: noChecks(head.sha),
        review: { decision: 'required', approvedBy: [], comments: [] },
        mergeability: 'clean',
        blockers: [],
        conflicts: [],
        requiresCurrentBase: false,
        mergeQueue: false,
        labels: [],
        additions: head.files.size,
        deletions: 0,
        changedFiles: head.files.size,
        openedAt: now(),
        headAt: now(),
        at: now(),
      });
    },
    async merge(pr, { sha, base, by }) {
      const fact = current(pr);
      const before = merged.get(`${pr} ${sha}`);
      if (before !== undefined) return { type: 'merged', mergeSha: before };
      requireHead(fact, sha);
      requireBase(fact, base);
      if (fact.conflicts.length > 0)
        throw rejected('AO_SCM_CONFLICT', `Conflicts in ${fact.conflicts.join(', ')}.`);
      const mergeSha = fake.push(
        fact.base,
        Object.fromEntries(branches.get(fact.branch)?.files ?? []),
      );
      merged.set(`${pr} ${sha}`, mergeSha);
      calls.push(`merge ${pr}`);
      save({ ...fact, state: 'merged', mergeSha, mergedBy: by.subject });
      return { type: 'merged', mergeSha };
    },
    async moveStacked(pr) {
      const { branch, base, key } = current(pr);
      const stacked = [...prs.values()].filter(
        (one) => one.key !== key && one.state === 'open' && one.base === branch,
      );
      for (const one of stacked) prs.set(one.key, moved(one, base));
      return { base, moved: stacked.map(({ number }) => number), stay: [] };
    },
    async deleteBranch(pr) {
      const { branch } = current(pr);
      if ([...prs.values()].some((one) => one.state === 'open' && one.base === branch))
        throw rejected('AO_SCM_BRANCH_IS_BASE', `${branch} is the base of others.`);
      branches.delete(current(pr).branch);
      calls.push(`deleteBranch ${pr}`);
    },
    async rerun(pr, sha) {
      const fact = current(pr);
      requireHead(fact, sha);
      calls.push(`rerun ${pr}`);
      fake.setChecks(
        pr,
        Object.fromEntries(
          fact.checks.checks.map((check) => [
            check.name,
            check.conclusion === 'success' ? 'success' : null,
          ]),
        ),
      );
    },
    async markReady(pr, sha) {
      requireHead(current(pr), sha);
      calls.push(`markReady ${pr}`);
      save({ ...current(pr), draft: false });
    },
    async askAgain(pr, { reviewers, from, sha }) {
      calls.push(`askAgain ${pr} ${reviewers.join(',')} ${from.slice(-4)}..${sha.slice(-4)}`);
    },
    changes: async (pr, from, to) => `what changed in ${pr} between ${from} and ${to}`,
    async updateBranch(pr, sha) {
      const fact = current(pr);
      requireHead(fact, sha);
      if (fact.conflicts.length > 0)
        throw rejected('AO_SCM_CONFLICT', `Conflicts in ${fact.conflicts.join(', ')}.`);
      calls.push(`updateBranch ${pr}`);
      fake.push(fact.branch);
    },
    async review(pr, { decision, text, by, file, line, comments = [], key, sha, base }) {
      const fact = current(pr);
      if (usedKeys.has(key)) return;
      if (typeof sha === 'string') requireHead(fact, sha);
      if (typeof base === 'string') requireBase(fact, base);
      usedKeys.add(key);
      const own = by.via === 'agent' || by.via === 'system';
      const words = [...(text === '' ? [] : [{ file, line, hunk: null, text }]), ...comments];
      const said = words.reduce(
        (before, one) =>
          addComment(before, {
            author: by.name,
            body: one.text,
            own,
            kind: one.file === null ? 'body' : 'inline',
            file: one.file,
            line: one.line,
            hunk: one.hunk,
            resolved: decision === 'approve',
          }),
        fact,
      );
      const settled = said.review.comments.map((comment) =>
        decision === 'approve' && comment.author === by.name
          ? { ...comment, resolved: true }
          : comment,
      );
      const review =
        decision === 'approve'
          ? { decision: 'approved' as const, approvedBy: [by.subject], comments: settled }
          : decision === 'request_changes'
            ? { ...said.review, decision: 'changes_requested' as const }
            : said.review;
      save({ ...said, review });
    },
    async comment(pr, { body, key, inReplyTo }) {
      const fact = current(pr);
      if (usedKeys.has(key)) return;
      usedKeys.add(key);
      save(
        addComment(fact, {
          author: 'ao',
          body,
          own: true,
          kind: inReplyTo === null ? 'pr_comment' : 'reply',
          resolved: true,
        }),
      );
    },
    async resolveThread(pr, threadId) {
      const fact = current(pr);
      const resolved = fact.review.comments.map((comment) =>
        comment.threadId === threadId ? { ...comment, resolved: true } : comment,
      );
      save({ ...fact, review: { ...fact.review, comments: resolved } });
    },
    async close(pr) {
      const fact = current(pr);
      if (fact.state === 'open') save({ ...fact, state: 'closed' });
    },
    async diff(pr, sha) {
      requireHead(current(pr), sha);
      const files = [...(branches.get(current(pr).branch)?.files ?? [])];
      return {
        patch: files
          .map(
            ([file, text]) =>
              `diff --git a/${file} b/${file}\n--- a/${file}\n+++ b/${file}\n@@ -0,0 +1 @@\n+${text}\n`,
          )
          .join(''),
        files: files.map(([file]) => file),
      };
    },
    async permission(login) {
      failing();
      return permissions.get(login) ?? 'none';
    },
    async codeOwners() {
      failing();
      return fake.ownersFile;
    },
    quota: async () => null,
    webhook: async () => {
      throw notFound('AO_SCM_NO_WEBHOOK', 'The fake scm takes no webhooks.');
    },
    doctor: async () => [{ level: 'ok', what: 'fake scm', fix: null }],
  };
  return fake;
}

const shaOf = (number: number): string => number.toString(16).padStart(40, '0');

const noChecks = (sha: string): PullRequestFact['checks'] => ({
  state: 'none',
  complete: true,
  sha,
  checks: [],
  firstFailureAt: null,
});
