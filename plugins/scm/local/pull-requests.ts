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

export function createPullRequests(host: PullRequestsHost): PullRequests {
  const { records, git, project, config, context } = host;
  const key = (number: number): string => `local:${project.id}#${number}`;
  let refs: BranchRefs | null = null;
  const failures = new Map<number, string>();
  const comparing = new Map<number, Promise<void>>();
  const limited = createLimit(COMPARISONS_AT_ONCE);

  const head = async (branch: string): Promise<string | null> => {
    refs ??= openBranchRefs(project.repo);
    if (refs.readable) return refs.head(branch);
    const { code, stdout } = await git.run([
      'rev-parse',
      '--verify',
      '--quiet',
      '--end-of-options',
      `refs/heads/${branch}`,
    ]);
    return code === 0 ? stdout.trim() : null;
  };

  const get = (wanted: string): PullRequestRecord => {
    const number = new RegExp(`^local:${escapeRegExp(project.id)}#([1-9][0-9]{0,8})$`).exec(
      wanted,
    )?.[1];
    const record = number === undefined ? null : records.get(Number(number));
    if (record === null)
      throw notFound(
        'AO_SCM_NO_PULL_REQUEST',
        `There is no pull request ${wanted} in ${project.id}. Open one with: ao pr create`,
      );
    return record;
  };

  const update = (record: PullRequestRecord): void => {
    records.save(record);
    host.changed(key(record.number));
  };

  const temp = (): string => {
    const folder = `${context.dataDir}/merges`;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  };

  const noteHead = (record: PullRequestRecord, sha: string): boolean => {
    if (record.headSha === sha) return false;
    records.save({ ...record, headSha: sha, headAt: context.clock.now() });
    return true;
  };

  /** Compares again when one of the two commits is another than last time. Two callers share one comparison. */
  const compare = async (number: number, baseSha: string, headSha: string): Promise<void> => {
    const known = records.get(number)?.comparison;
    if (known?.baseSha === baseSha && known.headSha === headSha) return;
    const under = comparing.get(number);
    if (under !== undefined) return under;
    const work = limited(() => compareCommits(git, baseSha, headSha, temp()))
      .then((comparison) => {
        const record = records.get(number);
        if (record === null) return;
        failures.delete(number);
        records.save({ ...record, comparison });
      })
      .catch((error: unknown) => noteFailure(context.logger, failures, number, error))
      .finally(() => comparing.delete(number));
    comparing.set(number, work);
    return work;
  };

  const sync = async (stale: PullRequestRecord): Promise<boolean> => {
    if (stale.state !== 'open') return false;
    const [headSha, baseSha] = await Promise.all([head(stale.branch), head(stale.base)]);
    const record = records.get(stale.number) ?? stale;
    const before = record.comparison;
    const moved = headSha !== null && noteHead(record, headSha);
    if (headSha === null || baseSha === null) return moved;
    host.checks().ensure(headSha);
    await compare(record.number, baseSha, headSha);
    const merged = await noteCutOffMerge(git, records, record.number, baseSha);
    const told = await noteBaseMove(git, records, record.number, baseSha);
    return moved || merged || told || records.get(record.number)?.comparison !== before;
  };

  return {
    key,
    get,
    head,
    sync,
    update,
    temp,
    async fact(wanted) {
      await sync(get(wanted));
      const record = get(wanted);
      const [headSha, baseSha] = await Promise.all([head(record.branch), head(record.base)]);
      const checks = records.checks(record.headSha);
      return pullRequestFact({
        key: wanted,
        record,
        config,
        checks: project.checks.length === 0 ? null : checks,
        required: project.checks.filter(({ required }) => required).map(({ name }) => name),
        head: headSha,
        base: baseSha,
        comparisonFailure: failures.get(record.number) ?? null,
        now: context.clock.now(),
      });
    },
    async requireHead(record, sha) {
      const now = await head(record.branch);
      if (now === sha) return;
      const is =
        now === null
          ? `the branch ${record.branch} no longer exists`
          : `the head of ${record.branch} is now ${now.slice(0, 7)}`;
      throw rejected(
        'AO_SCM_HEAD_MOVED',
        `This was for ${sha.slice(0, 7)}, but ${is}. Look at the new state first, then try again.`,
      );
    },
  };
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
