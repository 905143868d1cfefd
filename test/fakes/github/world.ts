import type { Commits } from './commits.ts';

export interface FakeComment {
  readonly id: number;
  readonly author: string;
  body: string;
  readonly at: number;
  minimized: boolean;
  editedAt: number | null;
}
export interface FakeThread {
  readonly id: string;
  readonly path: string;
  readonly line: number;
  resolved: boolean;
  readonly comments: FakeComment[];
}
export interface FakeReview {
  readonly id: number;
  readonly author: string;
  readonly body: string;
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED';
  minimized: boolean;
  readonly sha: string;
  readonly at: number;
}
export interface FakeRun {
  readonly id: number;
  readonly suite: number;
  readonly app: string;
  readonly workflow: { readonly id: number; readonly name: string } | null;
  readonly name: string;
  /** What began its workflow. */
  readonly event: string;
  status: 'QUEUED' | 'IN_PROGRESS' | 'COMPLETED';
  conclusion: string | null;
  updatedAt: number;
  title: string | null;
  summary: string | null;
  annotations: ReadonlyArray<{
    path: string;
    line: number;
    level: 'failure' | 'warning' | 'notice';
    message: string;
  }>;
  log: string | null;
  steps: ReadonlyArray<{ name: string; conclusion: string }>;
}
export interface FakeStatus {
  readonly context: string;
  state: 'SUCCESS' | 'FAILURE' | 'PENDING' | 'ERROR';
  readonly description: string | null;
  readonly url: string | null;
}
export interface FakePull {
  readonly number: number;
  title: string;
  body: string;
  readonly branch: string;
  /** owner/name; null: the fork was deleted. */
  headRepository: string | null;
  readonly headRepositoryId: string;
  readonly maintainerCanModify: boolean;
  base: string;
  state: 'OPEN' | 'CLOSED' | 'MERGED';
  draft: boolean;
  readonly author: string;
  readonly createdAt: number;
  updatedAt: number;
  headSha: string;
  /** When its base was changed. */
  readonly baseChanges: number[];
  baseSha: string;
  mergeSha: string | null;
  mergedBy: string | null;
  labels: string[];
  queued: boolean;
  autoMerge: boolean;
  /** Reads that still answer UNKNOWN: GitHub works mergeability out after it is asked. */
  unknownReads: number;
  readonly threads: FakeThread[];
  readonly reviews: FakeReview[];
  /** Logins whose review was requested, in order. */
  readonly asked: string[];
}
export interface FakeIssue {
  readonly number: number;
  title: string;
  body: string;
  readonly author: string;
  state: 'open' | 'closed';
  labels: string[];
  assignees: string[];
  readonly createdAt: number;
  updatedAt: number;
}
/** A fork whose branches are real. Those without one are only names. */
export interface FakeFork {
  readonly commits: Commits;
  /** Bare repository, served by git over HTTP. */
  readonly bare: string;
  readonly viewerPermission: 'ADMIN' | 'WRITE' | 'READ';
}
export interface Rules {
  requireReview: boolean;
  requireChecks: readonly string[];
  /** Where the rule that requires them is kept. */
  checksBy: 'protection' | 'ruleset';
  strict: boolean;
  /** A rule that is no check and no review holds every merge back: signed commits, a deployment. */
  blocked: boolean;
  mergeQueue: boolean;
  methods: { squash: boolean; merge: boolean; rebase: boolean };
  ruleMethods: readonly string[] | null;
}

export type World = ReturnType<typeof createWorld>;

/** What GitHub knows of one repository. `changed` is told after each change, as an event with its action. */
export function createWorld(options: {
  readonly owner: string;
  readonly name: string;
  readonly commits: Commits;
  readonly viewer: string;
  readonly now: () => number;
}) {
  const { commits } = options;
  const pulls = new Map<number, FakePull>();
  const issues = new Map<number, FakeIssue>();
  const comments = new Map<number, FakeComment[]>();
  const runs = new Map<string, FakeRun[]>();
  const statuses = new Map<string, FakeStatus[]>();
  const collaborators = new Map<string, string>([[options.viewer, 'admin']]);
  const bots = new Set<string>();
  const forks = new Map<string, FakeFork>();
  const reruns: number[] = [];
  const rules: Rules = {
    requireReview: false,
    requireChecks: [],
    blocked: false,
    checksBy: 'protection',
    strict: false,
    mergeQueue: false,
    methods: { squash: true, merge: true, rebase: true },
    ruleMethods: null,
  };
  const listeners = new Set<(event: string, payload: Record<string, unknown>) => void>();
  let numbers = 0;
  let ids = 1_000;
  const id = (): number => ++ids;

  const tell = (event: string, payload: Record<string, unknown>): void => {
    for (const listener of listeners) listener(event, payload);
  };
  const touch = (pull: FakePull): void => {
    // GitHub's clock has seconds; two changes in one are told apart by its ETag, not by this.
    pull.updatedAt = Math.max(options.now(), pull.updatedAt + 1_000);
  };
  const pull = (number: number): FakePull => {
    const found = pulls.get(number);
    if (found === undefined) throw new Error(`no pull request ${number}`);
    return found;
  };
  const pullEvent = (one: FakePull, action: string): void =>
    tell('pull_request', {
      action,
      number: one.number,
      pull_request: {
        number: one.number,
        head: { ref: one.branch, sha: one.headSha },
        base: { ref: one.base },
      },
    });

  const world = {
    ...options,
    pulls,
    issues,
    comments,
    runs,
    statuses,
    collaborators,
    bots,
    rules,
    reruns,
    forks,
    /** Reads with UNKNOWN after each change of head or base. */
    mergeabilityDelay: 0,
    /** What the next merge is refused with. */
    refuseMerge: null as null | { status: number; message: string },
    /** ao's token may not see the repository any more. */
    hidden: false,
    formerNames: [] as string[],
    rename(to: string) {
      world.formerNames.push(world.slug());
      const before = world.slug();
      world.name = to;
      for (const one of pulls.values())
        if (one.headRepository === before) one.headRepository = world.slug();
    },
    transfer(to: string) {
      world.formerNames.push(world.slug());
      const before = world.slug();
      world.owner = to;
      for (const one of pulls.values())
        if (one.headRepository === before) one.headRepository = world.slug();
    },
    renameFork(from: string, to: string) {
      const fork = forks.get(from);
      forks.delete(from);
      if (fork !== undefined) forks.set(to, fork);
      for (const one of pulls.values()) if (one.headRepository === from) one.headRepository = to;
    },
    deleteFork(slug: string) {
      forks.delete(slug);
      for (const one of pulls.values()) if (one.headRepository === slug) one.headRepository = null;
    },
    isNamed: (slug: string): boolean =>
      [world.slug(), ...world.formerNames].some(
        (name) => name.toLowerCase() === slug.toLowerCase(),
      ),
    slug: () => `${world.owner}/${world.name}`,
    owner: options.owner,
    name: options.name,
    onEvent(listener: (event: string, payload: Record<string, unknown>) => void) {
      listeners.add(listener);
    },
    tell,
    /** Looks at the branches after a push. */
    sync() {
      const heads = commits.branches();
      for (const one of pulls.values()) {
        if (one.state !== 'OPEN') continue;
        const fork = forks.get(one.headRepository ?? '');
        const head =
          one.headRepository === world.slug()
            ? heads[one.branch]
            : fork === undefined
              ? one.headSha
              : (fork.commits.head(one.branch) ?? undefined);
        const base = heads[one.base] ?? one.baseSha;
        if (head === undefined) {
          one.state = 'CLOSED';
          touch(one);
          pullEvent(one, 'closed');
          continue;
        }
        if (head !== one.headSha || base !== one.baseSha)
          one.unknownReads = world.mergeabilityDelay;
        one.baseSha = base;
        if (head === one.headSha) continue;
        one.headSha = head;
        if (fork !== undefined) commits.keepPull(one.number, one.branch, head, fork.bare);
        touch(one);
        pullEvent(one, 'synchronize');
      }
    },
    pushed(branch: string) {
      world.sync();
      tell('push', { ref: `refs/heads/${branch}` });
    },
    addIssue(input: {
      title: string;
      body?: string;
      labels?: string[];
      author?: string;
    }): FakeIssue {
      const at = options.now();
      const issue: FakeIssue = {
        number: ++numbers,
        title: input.title,
        body: input.body ?? '',
        author: input.author ?? options.viewer,
        state: 'open',
        labels: input.labels ?? [],
        assignees: [],
        createdAt: at,
        updatedAt: at,
      };
      issues.set(issue.number, issue);
      return issue;
    },
    open(input: {
      branch: string;
      base?: string;
      title?: string;
      body?: string;
      draft?: boolean;
      author?: string;
      headRepository?: string;
      headSha?: string;
      maintainerCanModify?: boolean;
    }): FakePull {
      const at = options.now();
      const base = input.base ?? 'main';
      const fork = forks.get(input.headRepository ?? '');
      const one: FakePull = {
        number: ++numbers,
        title: input.title ?? input.branch,
        body: input.body ?? '',
        branch: input.branch,
        headRepository: input.headRepository ?? world.slug(),
        headRepositoryId:
          input.headRepository === undefined || input.headRepository === world.slug()
            ? 'R_1'
            : `R_${input.headRepository}`,
        maintainerCanModify: input.maintainerCanModify ?? true,
        base,
        state: 'OPEN',
        draft: input.draft ?? false,
        author: input.author ?? options.viewer,
        createdAt: at,
        updatedAt: at,
        headSha:
          input.headSha ??
          fork?.commits.head(input.branch) ??
          commits.head(input.branch) ??
          '0'.repeat(40),
        baseChanges: [],
        baseSha: commits.head(base) ?? '0'.repeat(40),
        mergeSha: null,
        mergedBy: null,
        labels: [],
        queued: false,
        autoMerge: false,
        unknownReads: world.mergeabilityDelay,
        threads: [],
        reviews: [],
        asked: [],
      };
      if (one.headRepository !== world.slug())
        commits.keepPull(one.number, one.branch, one.headSha, fork?.bare ?? null);
      pulls.set(one.number, one);
      pullEvent(one, 'opened');
      return one;
    },
    close(number: number) {
      const one = pull(number);
      if (one.state !== 'OPEN') return;
      one.state = 'CLOSED';
      touch(one);
      pullEvent(one, 'closed');
    },
    reopen(number: number) {
      const one = pull(number);
      one.state = 'OPEN';
      touch(one);
      pullEvent(one, 'reopened');
    },
    setDraft(number: number, draft: boolean) {
      const one = pull(number);
      one.draft = draft;
      touch(one);
      pullEvent(one, draft ? 'converted_to_draft' : 'ready_for_review');
    },
    setBase(number: number, base: string) {
      const one = pull(number);
      one.base = base;
      one.baseChanges.push(options.now());
      one.baseSha = commits.head(base) ?? one.baseSha;
      one.unknownReads = world.mergeabilityDelay;
      touch(one);
      pullEvent(one, 'edited');
    },
    comment(number: number, author: string, body: string): FakeComment {
      const made: FakeComment = {
        id: id(),
        author,
        body,
        at: options.now(),
        minimized: false,
        editedAt: null,
      };
      comments.set(number, [...(comments.get(number) ?? []), made]);
      const one = pulls.get(number);
      if (one !== undefined) touch(one);
      const issue = issues.get(number);
      if (issue !== undefined) issue.updatedAt = options.now();
      tell('issue_comment', {
        action: 'created',
        issue: { number, ...(one === undefined ? {} : { pull_request: {} }) },
        comment: { id: made.id },
      });
      return made;
    },
    /** Somebody changes what they wrote. */
    edit(number: number, made: FakeComment, body: string): void {
      made.body = body;
      made.editedAt = options.now();
      touch(pull(number));
      tell('issue_comment', {
        action: 'edited',
        issue: { number, pull_request: {} },
        comment: { id: made.id },
      });
    },
    review(number: number, author: string, state: FakeReview['state'], body = ''): FakeReview {
      const one = pull(number);
      const made: FakeReview = {
        id: id(),
        author,
        body,
        state,
        sha: one.headSha,
        at: options.now(),
        minimized: false,
      };
      one.reviews.push(made);
      touch(one);
      tell('pull_request_review', {
        action: 'submitted',
        review: { id: made.id },
        pull_request: { number },
      });
      return made;
    },
    thread(number: number, author: string, body: string, path = 'a.txt', line = 1): FakeThread {
      const one = pull(number);
      const made: FakeThread = {
        id: `PRRT_${id()}`,
        path,
        line,
        resolved: false,
        comments: [{ id: id(), author, body, at: options.now(), minimized: false, editedAt: null }],
      };
      one.threads.push(made);
      touch(one);
      tell('pull_request_review_comment', { action: 'created', pull_request: { number } });
      return made;
    },
    reply(thread: FakeThread, author: string, body: string): FakeComment {
      const made: FakeComment = {
        id: id(),
        author,
        body,
        at: options.now(),
        minimized: false,
        editedAt: null,
      };
      thread.comments.push(made);
      const one = [...pulls.values()].find((candidate) => candidate.threads.includes(thread));
      if (one !== undefined) {
        touch(one);
        tell('pull_request_review_comment', {
          action: 'created',
          pull_request: { number: one.number },
        });
      }
      return made;
    },
    check(sha: string, name: string, input: Partial<Omit<FakeRun, 'id' | 'name'>> = {}): FakeRun {
      const list = runs.get(sha) ?? [];
      const app = input.app ?? 'github-actions';
      const suite = list.find((one) => one.app === app)?.suite ?? id();
      const made: FakeRun = {
        id: id(),
        suite,
        app,
        workflow: app === 'github-actions' ? { id: suite + 500_000, name: 'CI' } : null,
        event: 'pull_request',
        status: 'QUEUED',
        conclusion: null,
        updatedAt: options.now(),
        title: null,
        summary: null,
        annotations: [],
        log: null,
        steps: [],
        ...input,
        name,
      };
      runs.set(sha, [...list, made]);
      tell('check_run', {
        action: 'created',
        check_run: { head_sha: sha, conclusion: null, pull_requests: [] },
      });
      return made;
    },
    finish(sha: string, run: FakeRun, conclusion: string, more: Partial<FakeRun> = {}) {
      Object.assign(run, { status: 'COMPLETED', conclusion, updatedAt: options.now(), ...more });
      const all = runs.get(sha) ?? [];
      tell('check_run', {
        action: 'completed',
        check_run: { head_sha: sha, conclusion: conclusion.toLowerCase(), pull_requests: [] },
      });
      if (all.filter((one) => one.suite === run.suite).every((one) => one.status === 'COMPLETED'))
        tell('check_suite', {
          action: 'completed',
          check_suite: {
            head_sha: sha,
            conclusion: suiteConclusion(all.filter((one) => one.suite === run.suite)),
            pull_requests: [],
          },
        });
    },
    status(
      sha: string,
      context: string,
      state: FakeStatus['state'],
      description: string | null = null,
      url: string | null = null,
    ) {
      const others = (statuses.get(sha) ?? []).filter((one) => one.context !== context);
      statuses.set(sha, [...others, { context, state, description, url }]);
      tell('status', { sha, context, state: state.toLowerCase() });
    },
    rollup(sha: string): 'SUCCESS' | 'FAILURE' | 'PENDING' | null {
      const states = [
        ...(runs.get(sha) ?? []).map(runState),
        ...(statuses.get(sha) ?? []).map((one) => (one.state === 'ERROR' ? 'FAILURE' : one.state)),
      ];
      if (states.length === 0) return null;
      return states.includes('FAILURE')
        ? 'FAILURE'
        : states.includes('PENDING')
          ? 'PENDING'
          : 'SUCCESS';
    },
    decision(one: FakePull): 'APPROVED' | 'CHANGES_REQUESTED' | 'REVIEW_REQUIRED' | null {
      if (!rules.requireReview) return null;
      const latest = world.opinions(one).filter((review) => world.canPush(review.author));
      if (latest.some((review) => review.state === 'CHANGES_REQUESTED')) return 'CHANGES_REQUESTED';
      return latest.some((review) => review.state === 'APPROVED') ? 'APPROVED' : 'REVIEW_REQUIRED';
    },
    opinions: (one: FakePull): readonly FakeReview[] => [
      ...new Map(
        one.reviews
          .filter((review) => review.state !== 'COMMENTED')
          .map((review) => [review.author, review]),
      ).values(),
    ],
    canPush: (login: string): boolean =>
      ['admin', 'write', 'maintain'].includes(collaborators.get(login) ?? 'none'),
    /** As GitHub would answer now; each answer while it works it out is UNKNOWN. */
    mergeable(one: FakePull): { mergeable: string; state: string } {
      if (one.state !== 'OPEN') return { mergeable: 'UNKNOWN', state: 'UNKNOWN' };
      if (one.unknownReads > 0) {
        one.unknownReads -= 1;
        return { mergeable: 'UNKNOWN', state: 'UNKNOWN' };
      }
      if (commits.conflicts(one.baseSha, one.headSha).length > 0)
        return { mergeable: 'CONFLICTING', state: 'DIRTY' };
      return { mergeable: 'MERGEABLE', state: world.mergeState(one) };
    },
    mergeState(one: FakePull): string {
      if (one.draft) return 'DRAFT';
      const passed = (name: string): boolean =>
        (runs.get(one.headSha) ?? []).some(
          (run) => run.name === name && run.conclusion === 'SUCCESS',
        ) ||
        (statuses.get(one.headSha) ?? []).some(
          (status) => status.context === name && status.state === 'SUCCESS',
        );
      const decision = world.decision(one);
      if (
        decision === 'REVIEW_REQUIRED' ||
        decision === 'CHANGES_REQUESTED' ||
        !rules.requireChecks.every(passed) ||
        rules.blocked
      )
        return 'BLOCKED';
      if (rules.strict && commits.behind(one.baseSha, one.headSha) > 0) return 'BEHIND';
      const rollup = world.rollup(one.headSha);
      return rollup === null || rollup === 'SUCCESS' ? 'CLEAN' : 'UNSTABLE';
    },
    merge(one: FakePull, method: string, message: string, by: string): string {
      one.mergeSha = commits.merge(one.base, one.headSha, method, message);
      one.state = 'MERGED';
      one.mergedBy = by;
      one.queued = false;
      touch(one);
      pullEvent(one, 'closed');
      world.sync();
      return one.mergeSha;
    },
    /** GitHub's auto-merge: what its rules allow now is merged. */
    runAutoMerge() {
      for (const one of pulls.values())
        if (
          one.autoMerge &&
          one.state === 'OPEN' &&
          ['CLEAN', 'UNSTABLE'].includes(world.mergeState(one))
        )
          world.merge(one, 'squash', one.title, options.viewer);
    },
    /** The merge queue takes it out again: its checks failed. */
    leaveQueue(number: number) {
      const one = pull(number);
      one.queued = false;
      touch(one);
      pullEvent(one, 'dequeued');
    },
    /** The merge queue did its work. */
    drainQueue() {
      for (const one of pulls.values())
        if (one.queued)
          world.merge(one, 'merge', `Merge #${one.number}`, 'github-merge-queue[bot]');
    },
    touch,
    pull,
    nextId: id,
  };
  return world;
}

const runState = (run: FakeRun): 'SUCCESS' | 'FAILURE' | 'PENDING' =>
  run.status !== 'COMPLETED'
    ? 'PENDING'
    : ['SUCCESS', 'NEUTRAL', 'SKIPPED'].includes(run.conclusion ?? '')
      ? 'SUCCESS'
      : 'FAILURE';

export function suiteConclusion(runs: readonly FakeRun[]): string | null {
  if (runs.some((run) => run.status !== 'COMPLETED')) return null;
  return (runs.find((run) => runState(run) === 'FAILURE')?.conclusion ?? 'success').toLowerCase();
}
