import { mkdirSync, rmSync } from 'node:fs';
import type { ProjectInfo } from '../../../src/slots/plugin.ts';
import { forgetCheckouts } from './check-checkout.ts';
import type { CheckRunnerHost } from './check-host.ts';
import type { CheckRun, CommitChecks } from './record.ts';
import { cancelUnfinished, requeueRunning, runCommit } from './run-check.ts';
import { endOrphan } from './run-command.ts';

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

interface RunnerState {
  readonly host: CheckRunnerHost;
  readonly waiting: string[];
  readonly running: Map<string, { abort: AbortController; done: Promise<void> }>;
  stopped: boolean;
}

export function createCheckRunner(host: CheckRunnerHost): CheckRunner {
  const runner: RunnerState = {
    host,
    waiting: [],
    running: new Map<string, { abort: AbortController; done: Promise<void> }>(),
    stopped: false,
  };
  return {
    recover: () => recover(runner),
    ensure: (sha) => ensure(runner, sha),
    rerun: (sha) => rerun(runner, sha),
    keepOnly: (shas) => keepOnly(runner, shas),
    stop: () => stop(runner),
  };
}

function fill(runner: RunnerState): void {
  while (!runner.stopped && runner.running.size < runner.host.config.concurrency) {
    const sha = runner.waiting.shift();
    if (sha === undefined) return;
    const abort = new AbortController();
    // Not in this call, so that `ensure` returns what it queued before anything changes.
    const done = Promise.resolve()
      .then(() => runCommit(runner.host, sha, abort.signal))
      .catch((error: unknown) =>
        runner.host.logger.error({ err: error, sha }, 'running the checks of a commit failed'),
      )
      .finally(() => {
        runner.running.delete(sha);
        // Asked for again while its checkout was being removed.
        if (
          !runner.stopped &&
          hasQueued(runner.host.records.checks(sha)) &&
          !runner.waiting.includes(sha)
        )
          runner.waiting.push(sha);
        fill(runner);
      });
    runner.running.set(sha, { abort, done });
  }
}

function enqueue(runner: RunnerState, checks: CommitChecks): void {
  if (hasQueued(checks) && !runner.waiting.includes(checks.sha) && !runner.running.has(checks.sha))
    runner.waiting.push(checks.sha);
  fill(runner);
}

async function recover(runner: RunnerState): Promise<void> {
  for (const checks of runner.host.records.allChecks()) {
    if (checks.process !== null && endOrphan(checks.process.pid, checks.process.mark)) {
      runner.host.logger.info(
        { sha: checks.sha },
        'ended a check that outlived the former bot process; it runs again',
      );
    }
    if (checks.process !== null || checks.runs.some((run) => run.status === 'running'))
      runner.host.records.saveChecks(requeueRunning(checks));
  }
  rmSync(runner.host.checkoutDir, { recursive: true, force: true });
  mkdirSync(runner.host.checkoutDir, { recursive: true, mode: 0o700 });
  await forgetCheckouts(runner.host);
}

function ensure(runner: RunnerState, sha: string): CommitChecks | null {
  if (runner.host.project.checks.length === 0) return null;
  const known = runner.host.records.checks(sha);
  const checks = withConfigured(sha, known, runner.host.project.checks);
  if (checks !== known) runner.host.records.saveChecks(checks);
  enqueue(runner, checks);
  return checks;
}

function rerun(runner: RunnerState, sha: string): void {
  const checks = runner.host.records.checks(sha);
  if (checks === null || checks.runs.some((run) => run.status !== 'completed')) return;
  const failed = checks.runs.some((run) => run.conclusion !== 'success');
  const runs = checks.runs.map((run) =>
    failed && run.conclusion === 'success'
      ? run
      : { ...run, status: 'queued' as const, conclusion: null },
  );
  const next = { ...checks, runs, firstFailureAt: null };
  runner.host.records.saveChecks(next);
  runner.host.changed(sha);
  enqueue(runner, next);
}

function keepOnly(runner: RunnerState, shas: ReadonlySet<string>): void {
  for (const [sha, run] of runner.running) if (!shas.has(sha)) run.abort.abort();
  for (const sha of runner.waiting.filter((each) => !shas.has(each))) {
    runner.waiting.splice(runner.waiting.indexOf(sha), 1);
    const checks = runner.host.records.checks(sha);
    if (checks !== null)
      runner.host.records.saveChecks({ ...checks, runs: checks.runs.map(cancelUnfinished) });
  }
}

async function stop(runner: RunnerState): Promise<void> {
  runner.stopped = true;
  for (const run of runner.running.values()) run.abort.abort('stop');
  await Promise.all([...runner.running.values()].map((run) => run.done));
}

const hasQueued = (checks: CommitChecks | null): boolean =>
  checks?.runs.some((run) => run.status === 'queued') ?? false;

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
