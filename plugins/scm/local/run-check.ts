import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type MadeCheckout, makeCheckout } from './check-checkout.ts';
import type { CheckRunnerHost } from './check-host.ts';
import { openCheckLog } from './check-log.ts';
import type { CheckRun, CommitChecks } from './record.ts';
import { type CommandEnd, MARK, runCommand } from './run-command.ts';

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

export async function runCommit(
  host: CheckRunnerHost,
  sha: string,
  signal: AbortSignal,
): Promise<void> {
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

export const requeueRunning = (checks: CommitChecks): CommitChecks => ({
  ...checks,
  process: null,
  runs: checks.runs.map((run) =>
    run.status === 'running' ? { ...run, status: 'queued', conclusion: null } : run,
  ),
});

export const cancelUnfinished = (run: CheckRun): CheckRun =>
  run.status === 'completed' ? run : { ...run, status: 'completed', conclusion: 'cancelled' };
