import { randomUUID } from 'node:crypto';
import type { Commits } from '../github/commits.ts';

export interface FakeNote {
  id: number;
  readonly author: string;
  body: string;
  readonly system: boolean;
  internal: boolean;
  readonly at: number;
  editedAt: number | null;
  readonly discussion: FakeDiscussion;
  readonly position: {
    readonly file: string;
    readonly line: number;
    readonly base: string;
    readonly head: string;
  } | null;
}
export interface FakeDiscussion {
  readonly id: string;
  readonly resolvable: boolean;
  resolved: boolean;
}
export interface FakeJob {
  readonly id: number;
  readonly name: string;
  status: string;
  allowFailure: boolean;
  /** `script_failure`, `runner_system_failure`, … */
  failure: string | null;
  log: string;
  /** The pipeline it started. */
  downstream: number | null;
  readonly outside: boolean;
}
export interface FakePipeline {
  readonly id: number;
  sha: string;
  jobs: FakeJob[];
  updatedAt: number;
  /** Set where it differs from what its jobs come to: SKIPPED. */
  status: string | null;
}
export interface FakeMergeRequest {
  readonly iid: number;
  title: string;
  body: string;
  draft: boolean;
  state: 'opened' | 'closed' | 'merged' | 'locked';
  readonly branch: string;
  base: string;
  /** Path of the fork it comes from; null: the project itself. */
  readonly fork: string | null;
  headSha: string;
  readonly author: string;
  readonly createdAt: number;
  updatedAt: number;
  mergedAt: number | null;
  mergedBy: string | null;
  mergeSha: string | null;
  squashSha: string | null;
  readonly approvedBy: Set<string>;
  readonly reviewers: Map<string, string>;
  labels: string[];
  readonly versions: Array<{ readonly sha: string; readonly at: number }>;
  pipeline: FakePipeline | null;
  /** Reads that still say `CHECKING`. */
  undecided: number;
  /** Answers 405 to so many merges. */
  notYet: number;
  trainStatus: string | null;
  allowCollaboration: boolean;
  rebases: number;
}
export interface FakeIssue {
  readonly iid: number;
  title: string;
  body: string;
  state: 'opened' | 'closed';
  labels: string[];
  assignee: string | null;
  readonly author: string;
  updatedAt: number;
}

export type World = ReturnType<typeof createWorld>;

/** What a GitLab project holds. */
export function createWorld(options: {
  readonly path: string;
  readonly commits: Commits;
  readonly viewer: string;
  readonly now: () => number;
}) {
  const { now } = options;
  const commits = knownHeads(options.commits);
  const mergeRequests = new Map<number, FakeMergeRequest>();
  const issues = new Map<number, FakeIssue>();
  const notes = new Map<string, FakeNote[]>();
  const members = new Map<string, number>();
  const users = new Map<string, { readonly id: number; readonly bot: boolean }>();
  const forks = new Map<
    string,
    { readonly id: number; readonly bare: string; readonly commits: Commits }
  >();
  const settings = {
    id: 4242,
    mergeMethod: 'merge' as 'merge' | 'rebase_merge' | 'ff',
    squash: 'default_off' as 'never' | 'always' | 'default_on' | 'default_off',
    needsPipeline: false,
    mergeTrains: false,
    approvalsRequired: 0,
    resolveThreads: false,
    resetApprovals: false,
    /** Whether the base is ahead, besides what the commits say. */
    behind: false,
    /** Community Edition, or old: fields it doesn't know. */
    unknownFields: new Set<string>(),
    /** Points for each entry of a list that is asked for. */
    listsCost: 0,
    scopes: ['api'],
    expiresAt: null as string | null,
    tokenUser: options.viewer,
    /** Commits that GitLab made to run a pipeline on, with their parents. */
    mergedResults: new Map<string, readonly string[]>(),
    /** Failed jobs of pipelines that a job started. */
    downstream: new Map<number, FakeJob[]>(),
    /** Files of the base, by path. */
    files: new Map<string, string>(),
  };
  const listeners = new Set<(kind: string, payload: Record<string, unknown>) => void>();
  let path = options.path;
  const formerPaths: string[] = [];
  let counter = 100;
  const next = (): number => (counter += 1);

  const emit = (kind: string, payload: Record<string, unknown>): void => {
    for (const listener of listeners) listener(kind, payload);
  };
  const emitMergeRequest = (one: FakeMergeRequest, action: string): void =>
    emit('merge_request', {
      object_attributes: { iid: one.iid, action, source_branch: one.branch },
    });

  const user = (username: string) => {
    const known = users.get(username) ?? { id: next(), bot: /^project_/.test(username) };
    users.set(username, known);
    return { username, ...known };
  };
  user(options.viewer);
  members.set(options.viewer, 40);

  const commitsOf = (one: FakeMergeRequest): Commits =>
    one.fork === null ? commits : (forks.get(one.fork)?.commits ?? commits);
  const mr = (iid: number): FakeMergeRequest => {
    const found = mergeRequests.get(iid);
    if (found === undefined) throw new Error(`no merge request !${iid}`);
    return found;
  };
  const notesOf = (kind: 'mr' | 'issue', iid: number): FakeNote[] => {
    const key = `${kind} ${iid}`;
    const known = notes.get(key) ?? [];
    notes.set(key, known);
    return known;
  };
  const addNote = (
    kind: 'mr' | 'issue',
    iid: number,
    author: string,
    body: string,
    more: Partial<Pick<FakeNote, 'system' | 'internal' | 'position' | 'discussion'>> = {},
  ): FakeNote => {
    user(author);
    const note: FakeNote = {
      id: next(),
      author,
      body,
      system: false,
      internal: false,
      at: now(),
      editedAt: null,
      discussion: { id: randomUUID().replaceAll('-', ''), resolvable: false, resolved: false },
      position: null,
      ...more,
    };
    notesOf(kind, iid).push(note);
    const target = kind === 'mr' ? mr(iid) : issues.get(iid);
    if (target !== undefined) target.updatedAt = now();
    if (kind === 'mr' && !note.system)
      emit('note', {
        object_attributes: { id: note.id, noteable_type: 'MergeRequest' },
        merge_request: { iid },
      });
    return note;
  };
  const system = (iid: number, author: string, body: string): void =>
    void addNote('mr', iid, author, body, { system: true });

  /** Heads follow their branches. */
  const sync = (): void => {
    commits.refresh();
    for (const one of mergeRequests.values()) {
      if (one.state !== 'opened') continue;
      const head = commitsOf(one).head(one.branch);
      if (head === null || head === one.headSha) continue;
      one.headSha = head;
      one.versions.unshift({ sha: head, at: now() });
      one.pipeline = null;
      if (settings.resetApprovals) one.approvedBy.clear();
      commits.keepPull(
        one.iid,
        one.branch,
        head,
        one.fork === null ? null : (forks.get(one.fork)?.bare ?? null),
      );
      system(one.iid, one.author, 'added 1 commit');
      emitMergeRequest(one, 'update');
    }
  };

  const base = (one: FakeMergeRequest): string => commits.head(one.base) ?? '';
  const conflicts = (one: FakeMergeRequest): boolean =>
    one.state === 'opened' && commits.conflicts(base(one), one.headSha).length > 0;
  const behind = (one: FakeMergeRequest): boolean =>
    one.state === 'opened' &&
    settings.mergeMethod !== 'merge' &&
    (settings.behind || commits.behind(base(one), one.headSha) > 0);
  const unresolved = (one: FakeMergeRequest): number =>
    new Set(
      notesOf('mr', one.iid)
        .filter((note) => note.discussion.resolvable && !note.discussion.resolved)
        .map((note) => note.discussion.id),
    ).size;

  /** Every gate with its state, in GitLab's order. */
  const gates = (one: FakeMergeRequest): ReadonlyArray<readonly [string, string, string]> => {
    const pipeline = one.pipeline === null ? null : statusOf(one.pipeline);
    const wants = settings.needsPipeline;
    const failed = (on: boolean): string => (on ? 'FAILED' : 'SUCCESS');
    return [
      ['NOT_OPEN', 'NOT_OPEN', failed(one.state !== 'opened')],
      ['DRAFT_STATUS', 'DRAFT_STATUS', failed(one.draft)],
      [
        'DISCUSSIONS_NOT_RESOLVED',
        'DISCUSSIONS_NOT_RESOLVED',
        failed(settings.resolveThreads && unresolved(one) > 0),
      ],
      ['NOT_APPROVED', 'NOT_APPROVED', failed(one.approvedBy.size < settings.approvalsRequired)],
      [
        'REQUESTED_CHANGES',
        'REQUESTED_CHANGES',
        failed([...one.reviewers.values()].includes('REQUESTED_CHANGES')),
      ],
      ['CONFLICT', 'CONFLICT', failed(conflicts(one))],
      ['NEED_REBASE', 'NEED_REBASE', failed(behind(one) && !conflicts(one))],
      [
        'CI_MUST_PASS',
        pipeline === 'RUNNING' ? 'CI_STILL_RUNNING' : 'CI_MUST_PASS',
        failed(wants && pipeline !== 'SUCCESS'),
      ],
    ];
  };
  const detailedStatus = (one: FakeMergeRequest): string => {
    if (one.undecided > 0) {
      one.undecided -= 1;
      return 'CHECKING';
    }
    return gates(one).find(([, , state]) => state === 'FAILED')?.[1] ?? 'MERGEABLE';
  };

  return {
    settings,
    members,
    users,
    forks,
    mergeRequests,
    issues,
    commits,
    user,
    mr,
    notesOf,
    addNote,
    sync,
    conflicts,
    behind,
    unresolved,
    gates,
    detailedStatus,
    commitsOf,
    now,
    path: () => path,
    isNamed: (said: string): boolean =>
      [path, ...formerPaths].some((one) => one.toLowerCase() === said.toLowerCase()),
    rename(to: string) {
      formerPaths.push(path);
      path = to;
    },
    onEvent(listener: (kind: string, payload: Record<string, unknown>) => void) {
      listeners.add(listener);
    },
    /** A person who may push, or with another level of access. */
    member(username: string, level = 30) {
      user(username);
      members.set(username, level);
    },
    addIssue(
      input: Partial<Pick<FakeIssue, 'title' | 'body' | 'labels' | 'author'>> = {},
    ): FakeIssue {
      const iid = Math.max(0, ...issues.keys()) + 1;
      const issue: FakeIssue = {
        iid,
        title: input.title ?? 'An issue',
        body: input.body ?? '',
        state: 'opened',
        labels: [...(input.labels ?? [])],
        assignee: null,
        author: input.author ?? options.viewer,
        updatedAt: now(),
      };
      user(issue.author);
      issues.set(iid, issue);
      return issue;
    },
    open(input: {
      readonly branch: string;
      readonly base?: string;
      readonly title?: string;
      readonly body?: string;
      readonly fork?: string | null;
      readonly author?: string;
      readonly allowCollaboration?: boolean;
    }): FakeMergeRequest {
      const iid = Math.max(0, ...mergeRequests.keys()) + 1;
      const fork = input.fork ?? null;
      const title = input.title ?? 'A change';
      const one: FakeMergeRequest = {
        iid,
        title,
        body: input.body ?? '',
        draft: /^draft:/i.test(title),
        state: 'opened',
        branch: input.branch,
        base: input.base ?? 'main',
        fork,
        headSha: '',
        author: input.author ?? options.viewer,
        createdAt: now(),
        updatedAt: now(),
        mergedAt: null,
        mergedBy: null,
        mergeSha: null,
        squashSha: null,
        approvedBy: new Set(),
        reviewers: new Map(),
        labels: [],
        versions: [],
        pipeline: null,
        undecided: 0,
        notYet: 0,
        trainStatus: null,
        allowCollaboration: input.allowCollaboration ?? false,
        rebases: 0,
      };
      one.headSha = commitsOf(one).head(one.branch) ?? '';
      one.versions.push({ sha: one.headSha, at: now() });
      commits.keepPull(
        iid,
        one.branch,
        one.headSha,
        fork === null ? null : (forks.get(fork)?.bare ?? null),
      );
      mergeRequests.set(iid, one);
      user(one.author);
      emitMergeRequest(one, 'open');
      return one;
    },
    /** Adds a job to the head's pipeline, which is made where there is none. */
    job(iid: number, name: string, more: Partial<Omit<FakeJob, 'id' | 'name'>> = {}): FakeJob {
      const one = mr(iid);
      one.pipeline ??= { id: next(), sha: one.headSha, jobs: [], updatedAt: now(), status: null };
      const job: FakeJob = {
        id: next(),
        name,
        status: 'running',
        allowFailure: false,
        failure: null,
        log: '',
        downstream: null,
        outside: false,
        ...more,
      };
      one.pipeline.jobs.push(job);
      one.pipeline.updatedAt = now();
      emit('pipeline', { object_attributes: { id: one.pipeline.id }, merge_request: { iid } });
      return job;
    },
    finish(
      iid: number,
      job: FakeJob,
      status: string,
      more: Partial<Pick<FakeJob, 'failure' | 'log'>> = {},
    ) {
      const one = mr(iid);
      Object.assign(job, {
        status,
        failure: status === 'failed' ? 'script_failure' : null,
        ...more,
      });
      if (one.pipeline !== null) one.pipeline.updatedAt = now();
      emit('pipeline', { object_attributes: { id: one.pipeline?.id }, merge_request: { iid } });
    },
    /** A thread at a line of the head's diff. */
    thread(iid: number, author: string, body: string, file: string, line: number): FakeNote {
      const one = mr(iid);
      const discussion = {
        id: randomUUID().replaceAll('-', ''),
        resolvable: true,
        resolved: false,
      };
      const position = {
        file,
        line,
        base: commits.mergeBase(base(one), one.headSha),
        head: one.headSha,
      };
      return addNote('mr', iid, author, body, { discussion, position });
    },
    approve(iid: number, author: string) {
      mr(iid).approvedBy.add(author);
      if (mr(iid).reviewers.has(author)) mr(iid).reviewers.set(author, 'APPROVED');
      system(iid, author, 'approved this merge request');
      emitMergeRequest(mr(iid), 'approved');
    },
    unapprove(iid: number, author: string) {
      mr(iid).approvedBy.delete(author);
      system(iid, author, 'unapproved this merge request');
    },
    requestChanges(iid: number, author: string) {
      user(author);
      mr(iid).reviewers.set(author, 'REQUESTED_CHANGES');
      system(iid, author, 'requested changes');
      emitMergeRequest(mr(iid), 'update');
    },
    retarget(iid: number, to: string, by = options.viewer) {
      const one = mr(iid);
      system(iid, by, `changed target branch from \`${one.base}\` to \`${to}\``);
      one.base = to;
      one.versions.unshift({ sha: one.headSha, at: now() });
    },
    merged(one: FakeMergeRequest, by: string) {
      one.state = 'merged';
      one.mergedAt = now();
      one.mergedBy = by;
      one.updatedAt = now();
      emitMergeRequest(one, 'merge');
    },
    emitMergeRequest,
  };
}

/** Branches are asked of git once until something may have moved them: each question starts a program. */
function knownHeads(commits: Commits): Commits & { refresh(): void } {
  let known: Readonly<Record<string, string>> | null = null;
  const branches = () => (known ??= commits.branches());
  const moving = <T>(work: () => T): T => {
    known = null;
    return work();
  };
  return {
    ...commits,
    branches,
    head: (branch) => branches()[branch] ?? null,
    merge: (...args) => moving(() => commits.merge(...args)),
    remove: (branch) => moving(() => commits.remove(branch)),
    refresh: () => moving(() => {}),
  };
}

/** What the jobs come to, as GitLab counts it. */
export function statusOf(pipeline: FakePipeline): string {
  if (pipeline.status !== null) return pipeline.status;
  const counted = pipeline.jobs.filter((job) => !job.allowFailure);
  const has = (...statuses: readonly string[]): boolean =>
    pipeline.jobs.some((job) => statuses.includes(job.status));
  if (has('running', 'pending', 'created')) return 'RUNNING';
  if (counted.some((job) => job.status === 'failed')) return 'FAILED';
  if (counted.some((job) => job.status === 'canceled')) return 'CANCELED';
  return counted.some((job) => job.status === 'manual') ? 'MANUAL' : 'SUCCESS';
}
