import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RepositoryGit as Git } from '../../../src/git/repository-git.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import type { Logger, ProjectInfo } from '../../../src/slots/plugin.ts';
import { forgetCheckouts, type MadeCheckout, makeCheckout } from './check-checkout.ts';
import { openCheckLog } from './check-log.ts';
import type { LocalScmConfig } from './config.ts';
import type { CheckRun, CommitChecks, LocalRecords } from './record.ts';
import { type CommandEnd, endOrphan, MARK, runCommand } from './run-command.ts';

export interface CheckRunnerHost {
  readonly git: Git;
  readonly records: LocalRecords;
  readonly project: ProjectInfo;
  readonly config: LocalScmConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly env: Readonly<Record<string, string>>;
  /** Folder for checkouts. */
  readonly checkoutDir: string;
  /** Folder for logs. */
  readonly logDir: string;
  /** A check of this commit began or ended. */
  readonly changed: (sha: string) => void;
}

/** Runs the project's checks on commits, a few commits at a time, results and logs kept. */
export interface CheckRunner {
  /** Ends what a former process left behind. */
  recover(): Promise<void>;
  /** Sees to it that every configured check of `sha` has a result, is running, or waits for its turn. */
  ensure(sha: string): CommitChecks | null;
  /** Runs failed checks of `sha` again, all of them when none failed. Those under way go on. */
  rerun(sha: string): void;
  /** Ends and forgets about commits that nobody asks for any more. */
  keepOnly(shas: ReadonlySet<string>): void;
  /** Ends running checks; they run again after the next start. */
  stop(): Promise<void>;
}

export function createCheckRunner(host: CheckRunnerHost): CheckRunner {
  const waiting: string[] = [];
  const running = new Map<string, { abort: AbortController; done: Promise<void> }>();
  let stopped = false;

  const fill = (): void => {
    while (!stopped && running.size < host.config.concurrency) {
      const sha = waiting.shift();
      if (sha === undefined) return;
      const abort = new AbortController();
      // Not in this call, so that `ensure` returns what it queued before anything changes.
      const done = Promise.resolve()
        .then(() => runCommit(host, sha, abort.signal))
        .catch((error: unknown) =>
          host.logger.error({ err: error, sha }, 'running the checks of a commit failed'),
        )
        .finally(() => {
          running.delete(sha);
          // Asked for again while its checkout was being removed.
          if (!stopped && hasQueued(host.records.checks(sha)) && !waiting.includes(sha))
            waiting.push(sha);
          fill();
        });
      running.set(sha, { abort, done });
    }
  };

  const enqueue = (checks: CommitChecks): void => {
    if (hasQueued(checks) && !waiting.includes(checks.sha) && !running.has(checks.sha))
      waiting.push(checks.sha);
    fill();
  };

  return {
    async recover() {
      for (const checks of host.records.allChecks()) {
        if (checks.process !== null && endOrphan(checks.process.pid, checks.process.mark)) {
          host.logger.info(
            { sha: checks.sha },
            'ended a check that outlived the former bot process; it runs again',
          );
        }
        if (checks.process !== null || checks.runs.some((run) => run.status === 'running'))
          host.records.saveChecks(requeueRunning(checks));
      }
      rmSync(host.checkoutDir, { recursive: true, force: true });
      mkdirSync(host.checkoutDir, { recursive: true, mode: 0o700 });
      await forgetCheckouts(host);
    },
    ensure(sha) {
      if (host.project.checks.length === 0) return null;
      const known = host.records.checks(sha);
      const checks = withConfigured(sha, known, host.project.checks);
      if (checks !== known) host.records.saveChecks(checks);
      enqueue(checks);
      return checks;
    },
    rerun(sha) {
      const checks = host.records.checks(sha);
      if (checks === null || checks.runs.some((run) => run.status !== 'completed')) return;
      const failed = checks.runs.some((run) => run.conclusion !== 'success');
      const runs = checks.runs.map((run) =>
        failed && run.conclusion === 'success'
          ? run
          : { ...run, status: 'queued' as const, conclusion: null },
      );
      const next = { ...checks, runs, firstFailureAt: null };
      host.records.saveChecks(next);
      host.changed(sha);
      enqueue(next);
    },
    keepOnly(shas) {
      for (const [sha, run] of running) if (!shas.has(sha)) run.abort.abort();
      for (const sha of waiting.filter((each) => !shas.has(each))) {
        waiting.splice(waiting.indexOf(sha), 1);
        const checks = host.records.checks(sha);
        if (checks !== null)
          host.records.saveChecks({ ...checks, runs: checks.runs.map(cancelUnfinished) });
      }
    },
    async stop() {
      stopped = true;
      for (const run of running.values()) run.abort.abort('stop');
      await Promise.all([...running.values()].map((run) => run.done));
    },
  };
}

const hasQueued = (checks: CommitChecks | null): boolean =>
  checks?.runs.some((run) => run.status === 'queued') ?? false;

const cancelUnfinished = (run: CheckRun): CheckRun =>
  run.status === 'completed' ? run : { ...run, status: 'completed', conclusion: 'cancelled' };

const requeueRunning = (checks: CommitChecks): CommitChecks => ({
  ...checks,
  process: null,
  runs: checks.runs.map((run) =>
    run.status === 'running' ? { ...run, status: 'queued', conclusion: null } : run,
  ),
});

/** Finished results of the same command are kept; cancelled ones, new and changed commands are queued. */
function withConfigured(
  sha: string,
  known: CommitChecks | null,
  configured: ProjectInfo['checks'],
): CommitChecks {
  const runs = configured.map((check): CheckRun => {
    const run = known?.runs.find((each) => each.name === check.name && each.run === check.run);
    if (run === undefined)
      return {
        name: check.name,
        run: check.run,
        required: check.required,
        status: 'queued',
        conclusion: null,
        log: null,
        attempt: 0,
      };
    if (run.conclusion === 'cancelled')
      return { ...run, required: check.required, status: 'queued', conclusion: null };
    return run.required === check.required ? run : { ...run, required: check.required };
  });
  const same =
    known !== null &&
    known.runs.length === runs.length &&
    runs.every((run, index) => run === known.runs[index]);
  return same
    ? known
    : { sha, runs, firstFailureAt: known?.firstFailureAt ?? null, process: known?.process ?? null };
}

async function runCommit(host: CheckRunnerHost, sha: string, signal: AbortSignal): Promise<void> {
  const folder = join(host.checkoutDir, sha.slice(0, 16));
  const tree = join(folder, 'tree');
  const made = await makeCheckout(host, sha, tree);
  try {
    for (;;) {
      const index =
        host.records.checks(sha)?.runs.findIndex((run) => run.status === 'queued') ?? -1;
      if (index === -1) return;
      if (signal.aborted) {
        finishAborted(host, sha, signal);
        return;
      }
      await runOne(host, sha, index, { tree, made, signal });
    }
  } finally {
    await host.git.run(['worktree', 'remove', '--force', tree]);
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Place {
  readonly tree: string;
  readonly made: MadeCheckout;
  readonly signal: AbortSignal;
}

async function runOne(
  host: CheckRunnerHost,
  sha: string,
  index: number,
  place: Place,
): Promise<void> {
  const run = host.records.checks(sha)?.runs[index];
  if (run === undefined) return;
  const attempt = run.attempt + 1;
  const file = `${sha}/${index + 1}-${attempt}.log`;
  const mark = `${sha}:${index + 1}:${attempt}`;
  const log = openCheckLog(join(host.logDir, file), host.config.maxLogBytes);
  const timeoutMs =
    host.project.checks.find((check) => check.name === run.name)?.timeoutMs ?? 600_000;
  change(host, sha, index, { status: 'running', conclusion: null, log: file, attempt });
  log.write(`${place.made.notes.map((note) => `[${note}]\n`).join('')}$ ${run.run}\n`);
  const end: CommandEnd =
    place.made.failure !== null
      ? { type: 'not_started', reason: place.made.failure }
      : await runCommand({
          line: run.run,
          cwd: place.tree,
          env: checkEnvironment(host.env, mark),
          timeoutMs,
          log,
          signal: place.signal,
          clock: host.clock,
          started: (pid) => noteProcess(host, sha, { pid, mark }),
        });
  log.write(`\n${inWords(end, timeoutMs)}\n`);
  log.close();
  noteProcess(host, sha, null);
  if (end.type === 'cancelled') finishAborted(host, sha, place.signal);
  else change(host, sha, index, { status: 'completed', conclusion: conclusionOf(end) });
}

/** Ended because the bot stops: it runs again. Ended because the head moved on: cancelled. */
function finishAborted(host: CheckRunnerHost, sha: string, signal: AbortSignal): void {
  const checks = host.records.checks(sha);
  if (checks === null) return;
  host.records.saveChecks(
    signal.reason === 'stop'
      ? requeueRunning(checks)
      : { ...checks, process: null, runs: checks.runs.map(cancelUnfinished) },
  );
  host.changed(sha);
}

function change(
  host: CheckRunnerHost,
  sha: string,
  index: number,
  update: Partial<CheckRun>,
): void {
  const checks = host.records.checks(sha);
  if (checks === null) return;
  const runs = checks.runs.map((run, at) => (at === index ? { ...run, ...update } : run));
  const red = update.status === 'completed' && update.conclusion !== 'success';
  host.records.saveChecks({
    ...checks,
    runs,
    firstFailureAt: checks.firstFailureAt ?? (red ? host.clock.now() : null),
  });
  host.changed(sha);
}

function noteProcess(host: CheckRunnerHost, sha: string, process: CommitChecks['process']): void {
  const checks = host.records.checks(sha);
  if (checks !== null) host.records.saveChecks({ ...checks, process });
}

function checkEnvironment(
  env: Readonly<Record<string, string>>,
  mark: string,
): Record<string, string> {
  const kept = Object.entries(env).filter(([name]) => !name.startsWith('GIT_'));
  return { ...Object.fromEntries(kept), CI: 'true', [MARK]: mark };
}

function conclusionOf(
  end: Exclude<CommandEnd, { type: 'cancelled' }>,
): 'success' | 'failure' | 'timed_out' | 'infrastructure' {
  if (end.type === 'timed_out') return 'timed_out';
  if (end.type === 'not_started') return 'infrastructure';
  return end.code === 0 ? 'success' : 'failure';
}

function inWords(end: CommandEnd, timeoutMs: number): string {
  switch (end.type) {
    case 'exited':
      return end.code === null
        ? `[ended by ${end.signal ?? 'a signal'}]`
        : `[exit code ${end.code}]`;
    case 'timed_out':
      return `[timed out: ended after ${Math.round(timeoutMs / 1000)} s]`;
    case 'cancelled':
      return '[cancelled]';
    case 'not_started':
      return `[error: could not be run: ${end.reason}]`;
  }
}
