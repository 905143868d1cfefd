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
