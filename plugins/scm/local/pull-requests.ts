import { mkdirSync } from 'node:fs';
import type { PullRequestFact } from '../../../src/domain/session/facts.ts';
import type { RepositoryGit as Git } from '../../../src/git/repository-git.ts';
import { type BranchRefs, openBranchRefs } from '../../../src/lib/branch-refs.ts';
import { notFound, rejected } from '../../../src/slots/errors.ts';
import type { Logger, PluginContext, ProjectInfo } from '../../../src/slots/plugin.ts';
import { mergedAs, noteBaseMove } from './base-moves.ts';
import type { CheckRunner } from './check-runner.ts';
import { compareCommits, isAncestor } from './compare.ts';
import type { LocalScmConfig } from './config.ts';
import { pullRequestFact } from './pr-fact.ts';
import type { LocalRecords, PullRequestRecord } from './record.ts';

/** Pull requests as records, kept in step with the branches they are about. */
export interface PullRequests {
  readonly key: (number: number) => string;
  /** By key; throws `not_found`. */
  get(key: string): PullRequestRecord;
  head(branch: string): Promise<string | null>;
  /** Notes new heads, a merge that was cut off and moves of the base, queues checks. True when something changed. Starts a process only after a change. */
  sync(record: PullRequestRecord): Promise<boolean>;
  /** The fact as of now, synced. */
  fact(key: string): Promise<PullRequestFact>;
  update(record: PullRequestRecord): void;
  /** The head, when it still is `sha`; else `rejected`, AO_SCM_HEAD_MOVED. */
  requireHead(record: PullRequestRecord, sha: string): Promise<void>;
  /** A folder for temporary checkouts. */
  temp(): string;
}

export interface PullRequestsHost {
  readonly project: ProjectInfo;
  readonly config: LocalScmConfig;
  readonly context: PluginContext;
  readonly git: Git;
  readonly records: LocalRecords;
  readonly checks: () => CheckRunner;
  readonly changed: (key: string) => void;
}

/** When a base moves, every pull request on it is compared again. */
const COMPARISONS_AT_ONCE = 3;

interface StoreState {
  readonly host: PullRequestsHost;
  readonly project: PullRequestsHost['project'];
  readonly git: PullRequestsHost['git'];
  readonly records: PullRequestsHost['records'];
  readonly context: PullRequestsHost['context'];
  readonly config: PullRequestsHost['config'];
  refs: BranchRefs | null;
  readonly failures: Map<number, string>;
  readonly comparing: Map<number, Promise<void>>;
  readonly limited: ReturnType<typeof createLimit>;
}

export function createPullRequests(host: PullRequestsHost): PullRequests {
  const { records, git, project, config, context } = host;
  const store: StoreState = {
    host,
    project,
    git,
    records,
    context,
    config,
    refs: null,
    failures: new Map<number, string>(),
    comparing: new Map<number, Promise<void>>(),
    limited: createLimit(COMPARISONS_AT_ONCE),
  };
  return {
    key: (number) => key(store, number),
    get: (wanted) => get(store, wanted),
    head: (branch) => head(store, branch),
    sync: (stale) => sync(store, stale),
    update: (record) => update(store, record),
    temp: () => temp(store),
    fact: (wanted) => fact(store, wanted),
    requireHead: (record, sha) => requireHead(store, record, sha),
  };
}

const key = (store: StoreState, number: number): string => `local:${store.project.id}#${number}`;

async function head(store: StoreState, branch: string): Promise<string | null> {
  store.refs ??= openBranchRefs(store.project.repo);
  if (store.refs.readable) return store.refs.head(branch);
  const { code, stdout } = await store.git.run([
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `refs/heads/${branch}`,
  ]);
  return code === 0 ? stdout.trim() : null;
}

function get(store: StoreState, wanted: string): PullRequestRecord {
  const number = new RegExp(`^local:${escapeRegExp(store.project.id)}#([1-9][0-9]{0,8})$`).exec(
    wanted,
  )?.[1];
  const record = number === undefined ? null : store.records.get(Number(number));
  if (record === null)
    throw notFound(
      'AO_SCM_NO_PULL_REQUEST',
      `There is no pull request ${wanted} in ${store.project.id}. Open one with: ao pr create`,
    );
  return record;
}

function update(store: StoreState, record: PullRequestRecord): void {
  store.records.save(record);
  store.host.changed(key(store, record.number));
}

function temp(store: StoreState): string {
  const folder = `${store.context.dataDir}/merges`;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

function noteHead(store: StoreState, record: PullRequestRecord, sha: string): boolean {
  if (record.headSha === sha) return false;
  store.records.save({ ...record, headSha: sha, headAt: store.context.clock.now() });
  return true;
}

/** Compares again when one of the two commits is another than last time. Two callers share one comparison. */
async function compare(
  store: StoreState,
  number: number,
  baseSha: string,
  headSha: string,
): Promise<void> {
  const known = store.records.get(number)?.comparison;
  if (known?.baseSha === baseSha && known.headSha === headSha) return;
  const under = store.comparing.get(number);
  if (under !== undefined) return under;
  const work = store
    .limited(() => compareCommits(store.git, baseSha, headSha, temp(store)))
    .then((comparison) => {
      const record = store.records.get(number);
      if (record === null) return;
      store.failures.delete(number);
      store.records.save({ ...record, comparison });
    })
    .catch((error: unknown) => noteFailure(store.context.logger, store.failures, number, error))
    .finally(() => store.comparing.delete(number));
  store.comparing.set(number, work);
  return work;
}

async function sync(store: StoreState, stale: PullRequestRecord): Promise<boolean> {
  if (stale.state !== 'open') return false;
  const [headSha, baseSha] = await Promise.all([
    head(store, stale.branch),
    head(store, stale.base),
  ]);
  const record = store.records.get(stale.number) ?? stale;
  const before = record.comparison;
  const moved = headSha !== null && noteHead(store, record, headSha);
  if (headSha === null || baseSha === null) return moved;
  store.host.checks().ensure(headSha);
  await compare(store, record.number, baseSha, headSha);
  const merged = await noteCutOffMerge(store.git, store.records, record.number, baseSha);
  const told = await noteBaseMove(store.git, store.records, record.number, baseSha);
  return moved || merged || told || store.records.get(record.number)?.comparison !== before;
}

async function fact(store: StoreState, wanted: string): Promise<PullRequestFact> {
  await sync(store, get(store, wanted));
  const record = get(store, wanted);
  const [headSha, baseSha] = await Promise.all([
    head(store, record.branch),
    head(store, record.base),
  ]);
  const checks = store.records.checks(record.headSha);
  return pullRequestFact({
    key: wanted,
    record,
    config: store.config,
    checks: store.project.checks.length === 0 ? null : checks,
    required: store.project.checks.filter(({ required }) => required).map(({ name }) => name),
    head: headSha,
    base: baseSha,
    comparisonFailure: store.failures.get(record.number) ?? null,
    now: store.context.clock.now(),
  });
}

async function requireHead(
  store: StoreState,
  record: PullRequestRecord,
  sha: string,
): Promise<void> {
  const now = await head(store, record.branch);
  if (now === sha) return;
  const is =
    now === null
      ? `the branch ${record.branch} no longer exists`
      : `the head of ${record.branch} is now ${now.slice(0, 7)}`;
  throw rejected(
    'AO_SCM_HEAD_MOVED',
    `This was for ${sha.slice(0, 7)}, but ${is}. Look at the new state first, then try again.`,
  );
}

/** What was asked for was asked for this base; else `rejected`, AO_SCM_BASE_CHANGED. */
export function requireBase(record: PullRequestRecord, base: string): void {
  if (record.base === base) return;
  throw rejected(
    'AO_SCM_BASE_CHANGED',
    `This was for a merge of #${record.number} into ${base}, but its base is ${record.base} now. Look at the new state first, then try again.`,
  );
}

/** The bot died between moving the base and noting it. Nothing else makes a pull request merged: not that its commits are there. */
async function noteCutOffMerge(
  git: Git,
  records: LocalRecords,
  number: number,
  baseSha: string,
): Promise<boolean> {
  const record = records.get(number);
  if (record === null || record.state !== 'open' || record.intent === null) return false;
  if (!(await isAncestor(git, record.intent.mergeSha, baseSha))) return false;
  records.save(mergedAs(record, record.intent));
  return true;
}

function noteFailure(
  logger: Logger,
  failures: Map<number, string>,
  number: number,
  error: unknown,
): void {
  const reason = error instanceof Error ? error.message : String(error);
  if (failures.get(number) !== reason)
    logger.warn({ err: error, pr: number }, 'a branch could not be compared with its base');
  failures.set(number, reason);
}

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function createLimit(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: Array<() => void> = [];
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
