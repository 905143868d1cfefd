import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from '../../../src/domain/session/facts.ts';
import { findExcerpt, plainText } from '../../../src/domain/text/excerpt.ts';
import { type RepositoryGit as Git, openRepositoryGit } from '../../../src/git/repository-git.ts';
import { gitSetupOf } from '../../../src/git/setup.ts';
import { isSafeBranch } from '../../../src/lib/branch-refs.ts';
import { FileRefused, untold } from '../../../src/lib/guarded/problem.ts';
import { listFolder } from '../../../src/lib/guarded/read.ts';
import { notFound, rejected } from '../../../src/slots/errors.ts';
import type { DoctorFinding, PluginContext, ProjectInfo } from '../../../src/slots/plugin.ts';
import type { ScmPlugin, ScmWatchTarget } from '../../../src/slots/scm.ts';
import { changesOf } from './changes.ts';
import { readCheckLog } from './check-log.ts';
import { type CheckRunner, createCheckRunner } from './check-runner.ts';
import { mergeTrees } from './compare.ts';
import type { LocalScmConfig } from './config.ts';
import { deleteBranch, moveStacked, rebased } from './delete-branch.ts';
import { committer, conflict } from './merge.ts';
import { mergePullRequest } from './merge-pull-request.ts';
import { moveBranch } from './move-branch.ts';
import { toCheck } from './pr-fact.ts';
import { createPullRequests, type PullRequests, requireBase } from './pull-requests.ts';
import { type LocalRecords, openRecords, type PullRequestRecord } from './record.ts';
import { withComment, withResolvedThread, withReview } from './review-pull-request.ts';

const LOG_DAYS = 30;
/** Where GitHub looks for it too, in this order. */
const CODE_OWNERS = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'];
const DAY_MS = 86_400_000;

/** Pull requests, checks and reviews on a repository without a forge. */
export function createLocalScm(
  config: LocalScmConfig,
  context: PluginContext,
  project: ProjectInfo,
): ScmPlugin {
  const git = openRepositoryGit(project.repo, gitSetupOf(context));
  const listeners = new Set<(pr: string | null) => void>();
  const changed = (pr: string): void => {
    for (const listener of listeners) listener(pr);
  };
  const logDir = join(context.dataDir, 'logs');
  const records: LocalRecords = openRecords(context.kv);
  const runner: CheckRunner = createCheckRunner({
    git,
    records,
    project,
    config,
    clock: context.clock,
    logger: context.logger,
    env: context.env,
    logDir,
    checkoutDir: join(context.dataDir, 'checkouts'),
    changed: (sha) => {
      for (const record of records.all())
        if (record.headSha === sha && record.state === 'open') changed(prs.key(record.number));
    },
  });
  const prs: PullRequests = createPullRequests({
    project,
    config,
    context,
    git,
    records,
    checks: () => runner,
    changed,
  });
  const oneAtATime = createLane();
  let watching: { cancel(): void } | null = null;
  let stopped = true;
  let unreadable: ReturnType<NonNullable<ScmPlugin['unreadable']>> = [];

  /** A branch that can't be read says nothing of the others; its session hears of it with its next look. */
  const syncOne = (record: PullRequestRecord): Promise<boolean> =>
    prs.sync(record).catch((error: unknown) => {
      if (error instanceof FileRefused) return false;
      throw error;
    });

  /** Looks at the heads of all open pull requests, and lets go of checks of commits that are no head any more. */
  const syncAll = async (): Promise<void> => {
    for (const record of records.all()) {
      if (record.state === 'open' && (await syncOne(record))) changed(prs.key(record.number));
    }
    runner.keepOnly(
      new Set(
        records
          .all()
          .filter((record) => record.state === 'open')
          .map((record) => record.headSha),
      ),
    );
  };

  const watch = (): void => {
    if (stopped) return;
    watching = context.clock.after(config.watchMs, () => {
      syncAll()
        .catch((error: unknown) =>
          context.logger.warn(
            { err: error, project: project.id },
            'the heads of the open pull requests could not be read',
          ),
        )
        .finally(watch);
    });
  };

  return {
    capabilities: { create: true, review: true, rerun: true, updateBranch: true, webhooks: false },
    async start() {
      stopped = false;
      rmSync(join(context.dataDir, 'merges'), { recursive: true, force: true });
      expireLogs(logDir, context.clock.now() - LOG_DAYS * DAY_MS);
      await runner.recover();
      await syncAll();
      watch();
    },
    async stop() {
      stopped = true;
      watching?.cancel();
      await runner.stop();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    async pullRequests(targets) {
      const found = targets.flatMap((target) =>
        recordsOf(records, prs, target).map((record) => ({
          session: target.session,
          key: prs.key(record.number),
        })),
      );
      const read = await Promise.all(
        found.map(async ({ session, key }) => {
          try {
            return { session, fact: await prs.fact(key) };
          } catch (error) {
            if (error instanceof FileRefused) return { session, problem: error.problem };
            throw error;
          }
        }),
      );
      unreadable = read.flatMap((one) => (one.problem === undefined ? [] : [one]));
      return read.flatMap((one) => (one.fact === undefined ? [] : [one]));
    },
    unreadable: () => unreadable,
    read: (pr) => prs.fact(pr),
    async resolve(reference) {
      const number = /^#?([1-9][0-9]{0,8})$/.exec(reference.trim())?.[1];
      return prs.key(
        prs.get(number === undefined ? reference.trim() : prs.key(Number(number))).number,
      );
    },
    async details(pr, sha) {
      const checks = records.checks(sha)?.runs ?? [];
      const fact = await prs.fact(pr);
      return {
        checks: checks.map(
          (run): Check => toCheck(run, isRed(run) ? findExcerpt(readLog(logDir, run.log)) : null),
        ),
        comments: fact.review.comments,
      };
    },
    async checkLog(pr, ref) {
      prs.get(pr);
      if (!/^[0-9a-f]{40,64}\/[0-9]+-[0-9]+\.log$/.test(ref))
        throw notFound(
          'AO_SCM_NO_LOG',
          `There is no log ${ref}. Logs are kept for ${LOG_DAYS} days; rerun the check for a new one.`,
        );
      return plainText(readLog(logDir, ref));
    },

    create: (input) =>
      oneAtATime(async () => {
        const { head } = await requireWork(git, prs, input);
        requireOwn(prs, records, input, head);
        const now = context.clock.now();
        const open = records
          .all()
          .find((record) => record.state === 'open' && record.branch === input.branch);
        const { title, body, draft, base, session } = input;
        const record: PullRequestRecord =
          open === undefined
            ? {
                number: records.nextNumber(),
                session,
                branch: input.branch,
                base,
                title,
                body,
                draft,
                state: 'open',
                headSha: head,
                headAt: now,
                openedAt: now,
                mergedSha: null,
                mergeSha: null,
                mergedBy: null,
                intent: null,
                reviews: [],
                comments: [],
                comparison: null,
              }
            : retargeted({ ...open, title, body, draft }, base, input.mayMove === true);
        prs.update(record);
        return prs.fact(prs.key(record.number));
      }),
    // In one lane: two people pressing Merge at once is one merge, and two pull requests don't race for one base.
    merge: (pr, input) => oneAtATime(() => mergePullRequest(git, prs, pr, input)),
    deleteBranch: (pr) => oneAtATime(() => deleteBranch(git, prs, records, prs.get(pr))),
    moveStacked: (pr) => oneAtATime(() => moveStacked(prs, records, prs.get(pr))),
    markReady: (pr, sha) =>
      oneAtATime(async () => {
        await prs.requireHead(prs.get(pr), sha);
        prs.update({ ...prs.get(pr), draft: false });
      }),
    changes: (pr, from, to) => changesBetween(git, prs.get(pr).number, from, to),
    async rerun(pr, sha) {
      const record = prs.get(pr);
      await prs.requireHead(record, sha);
      runner.ensure(sha);
      runner.rerun(sha);
    },
    updateBranch: (pr, sha) => oneAtATime(() => updateBranch(git, prs, pr, sha)),
    review: (pr, input) =>
      oneAtATime(async () => {
        await prs.sync(prs.get(pr));
        const record = prs.get(pr);
        if (record.state !== 'open')
          throw rejected(
            'AO_SCM_CLOSED',
            `Pull request #${record.number} is ${record.state}; it can no longer be reviewed.`,
          );
        if (typeof input.sha === 'string') await prs.requireHead(record, input.sha);
        if (typeof input.base === 'string') requireBase(record, input.base);
        // The head may be noted anew while the commented lines are read, so only what the review changes is taken over.
        const { comments, reviews } = await withReview(git, record, input, context.clock.now());
        prs.update({ ...prs.get(pr), comments, reviews });
      }),
    async comment(pr, input) {
      prs.update(withComment(prs.get(pr), input, context.clock.now()));
    },
    async resolveThread(pr, threadId) {
      prs.update(withResolvedThread(prs.get(pr), threadId));
    },
    async close(pr) {
      const record = prs.get(pr);
      if (record.state === 'merged')
        throw rejected(
          'AO_SCM_MERGED',
          `Pull request #${record.number} is merged already; it can't be closed.`,
        );
      if (record.state === 'open') prs.update({ ...record, state: 'closed' });
    },
    async diff(pr, sha) {
      await prs.sync(prs.get(pr));
      return changesOf(git, prs, prs.get(pr), sha);
    },
    permission: async () => 'admin',
    async codeOwners(pr) {
      const base = await prs.head(prs.get(pr).base);
      for (const file of CODE_OWNERS) {
        const shown = base === null ? null : await git.run(['show', `${base}:${file}`]);
        if (shown?.code === 0) return shown.stdout;
      }
      return null;
    },
    quota: async () => null,
    webhook: async () => {
      throw notFound('AO_SCM_NO_WEBHOOK', 'The local scm takes no webhooks.');
    },
    doctor: () => doctor(git, project),
  };
}

/** What would be opened is what the caller worked on, and an open pull request of that branch is the caller's. */
function requireOwn(
  prs: PullRequests,
  records: LocalRecords,
  { branch, head, own, session }: Parameters<ScmPlugin['create']>[0],
  now: string,
): void {
  if (typeof head === 'string' && head !== now)
    throw rejected(
      'AO_SCM_OTHER_HEAD',
      `${branch} is at ${now.slice(0, 7)}, but the worktree is at ${head.slice(0, 7)}. Go back to the branch with your commits (git switch ${branch}; git merge ${head.slice(0, 7)}), then run ao pr create again.`,
    );
  const other = records.all().find((record) => record.state === 'open' && record.branch === branch);
  if (
    own !== undefined &&
    other !== undefined &&
    other.session !== session &&
    !own.prs.includes(prs.key(other.number))
  )
    throw rejected(
      'AO_SCM_FOREIGN_PR',
      `#${other.number} of ${branch} is open already, and ${other.session} opened it. Rename your branch (git branch -m), or take that one over: /ao adopt ${other.number}`,
    );
}

function retargeted(record: PullRequestRecord, base: string, mayMove: boolean): PullRequestRecord {
  if (record.base === base) return record;
  if (!mayMove)
    throw rejected(
      'AO_SCM_BASE_FIXED',
      `#${record.number} goes into ${record.base}, and an agent can't change that: people look at it for that branch. A person can: ao pr create --base ${base}, from their own terminal.`,
    );
  return rebased(record, base);
}

const isRed = (run: { status: string; conclusion: string | null }): boolean =>
  run.status === 'completed' && run.conclusion !== 'success' && run.conclusion !== 'cancelled';

const readLog = (logDir: string, ref: string | null): string =>
  ref === null ? '' : readCheckLog(join(logDir, ref));

/** Pull requests known of the session, and those of its branch; older ones on a re-used branch are somebody else's. */
function recordsOf(
  records: LocalRecords,
  prs: PullRequests,
  target: ScmWatchTarget,
): readonly PullRequestRecord[] {
  return records
    .all()
    .filter(
      (record) =>
        target.prs.includes(prs.key(record.number)) ||
        (record.branch === target.branch && record.openedAt >= target.since),
    );
}

async function requireWork(
  git: Git,
  prs: PullRequests,
  input: { branch: string; base: string },
): Promise<{ head: string }> {
  const { branch, base } = input;
  if (branch === base)
    throw rejected(
      'AO_SCM_SAME_BRANCH',
      `A pull request from ${branch} into itself makes no sense. Commit on a branch of your own, then run ao pr create there.`,
    );
  for (const name of [branch, base]) {
    if (!isSafeBranch(name))
      throw rejected(
        'AO_SCM_BRANCH_NAME',
        `${JSON.stringify(name)} is not a branch name git accepts.`,
      );
  }
  const [head, baseSha] = await Promise.all([prs.head(branch), prs.head(base)]);
  if (head === null)
    throw rejected(
      'AO_SCM_NO_BRANCH',
      `There is no branch ${branch}. Commit your work on it first, then run ao pr create again.`,
    );
  if (baseSha === null)
    throw rejected(
      'AO_SCM_NO_BASE',
      `There is no base branch ${base}. Name another one: ao pr create --base <branch>`,
    );
  const ahead = Number(await git.text(['rev-list', '--count', `${baseSha}..${head}`]));
  if (ahead === 0)
    throw rejected(
      'AO_SCM_NO_COMMITS',
      `${branch} has no commits that ${base} lacks. Commit your work (git add, git commit), then run ao pr create again.`,
    );
  return { head };
}

/** Merges the base into the branch, in the worktree that holds it where there is one. */
async function updateBranch(git: Git, prs: PullRequests, key: string, sha: string): Promise<void> {
  const record = prs.get(key);
  await prs.requireHead(record, sha);
  const base = await prs.head(record.base);
  if (base === null)
    throw rejected('AO_SCM_NO_BASE', `The base branch ${record.base} does not exist.`);
  if ((await git.text(['rev-list', '--count', `${sha}..${base}`])) === '0') return;
  const merged = await mergeTrees(git, sha, base, prs.temp());
  if (merged.type === 'conflict')
    throw conflict({ branch: record.branch, baseBranch: record.base }, merged.files);
  const who = await committer(git);
  const env = {
    ...who,
    GIT_AUTHOR_NAME: who.GIT_COMMITTER_NAME ?? 'ao',
    GIT_AUTHOR_EMAIL: who.GIT_COMMITTER_EMAIL ?? 'ao@localhost',
  };
  const commit = await git.text(['commit-tree', merged.tree, '-p', sha, '-p', base], {
    env,
    input: `Merge ${record.base} into ${record.branch}\n`,
  });
  await moveBranch(git, {
    branch: record.branch,
    from: sha,
    to: commit,
    reason: `ao: merge ${record.base}`,
  });
  await prs.sync(prs.get(key));
}

async function doctor(git: Git, project: ProjectInfo): Promise<readonly DoctorFinding[]> {
  const version = await git.run(['--version']);
  const numbers = /(\d+)\.(\d+)/.exec(version.stdout);
  const [major = 0, minor = 0] = [Number(numbers?.[1]), Number(numbers?.[2])];
  const recent = major > 2 || (major === 2 && minor >= 38);
  return [
    recent
      ? {
          level: 'ok',
          what: `${version.stdout.trim()}: merges are tried without a checkout`,
          fix: null,
        }
      : {
          level: 'warning',
          what: `${version.stdout.trim()} is older than 2.38: every mergeability check needs a temporary checkout`,
          fix: 'Install git 2.38 or newer.',
        },
    project.checks.length > 0
      ? {
          level: 'ok',
          what: `${project.checks.length} checks run on every pull request of ${project.id}`,
          fix: null,
        }
      : {
          level: 'warning',
          what: `${project.id} has no checks: nothing is tested before a merge`,
          fix: `Add projects.${project.id}.checks to ao.yaml, e.g. [{name: test, run: npm test}].`,
        },
  ];
}

function expireLogs(logDir: string, before: number): void {
  const old = (name: string): boolean =>
    (statSync(join(logDir, name), { throwIfNoEntry: false })?.mtimeMs ?? before) < before;
  for (const name of listFolder(logDir, untold).filter(old))
    rmSync(join(logDir, name), { recursive: true, force: true });
}

/** Runs what it is given one after the other. */
function createLane(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };
}

/** Between two heads; one that a forced push left behind may be gone. */
async function changesBetween(git: Git, number: number, from: string, to: string): Promise<string> {
  for (const sha of [from, to])
    if (
      !/^[0-9a-f]{7,64}$/i.test(sha) ||
      (await git.run(['cat-file', '-e', `${sha}^{commit}`])).code !== 0
    )
      throw rejected(
        'AO_SCM_NO_COMMIT',
        `The commit ${sha.slice(0, 12)} of pull request #${number} is no longer in the repository. Look at the whole diff.`,
      );
  return git.text(['diff', '--no-color', '--no-ext-diff', '--no-textconv', from, to]);
}
