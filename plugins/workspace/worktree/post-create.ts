import { execa } from 'execa';
import type { Clock } from '../../../src/lib/clock.ts';
import { rejected } from '../../../src/slots/errors.ts';
import type { WorkspaceSpec } from '../../../src/slots/workspace.ts';

const TAIL_CHARS = 4_000;
const TAIL_LINES = 30;

/** Runs the project's commands one after the other; `postCreateTimeoutMs` is for all of them together. */
export async function runPostCreate(
  spec: WorkspaceSpec,
  path: string,
  env: Readonly<Record<string, string>>,
  clock: Clock,
): Promise<void> {
  const deadline = clock.now() + spec.postCreateTimeoutMs;
  for (const line of spec.postCreate)
    await runLine(spec, line, path, env, Math.max(1, deadline - clock.now()), clock);
}

async function runLine(
  spec: WorkspaceSpec,
  line: string,
  path: string,
  env: Readonly<Record<string, string>>,
  left: number,
  clock: Clock,
): Promise<void> {
  let tail = '';
  // A process group of its own, so that a time-out ends what the line started too.
  const child = execa('/bin/sh', ['-c', line], {
    cwd: path,
    env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    all: true,
    buffer: false,
    detached: true,
    cleanup: true,
  });
  child.all
    .setEncoding('utf8')
    .on('data', (text: string) => (tail = (tail + text).slice(-TAIL_CHARS)));
  let late = false;
  const timer = clock.after(left, () => {
    late = true;
    killGroup(child.pid);
  });
  const result = await child;
  timer.cancel();
  if (late)
    throw rejected(
      'AO_WORKSPACE_POST_CREATE',
      `"${line}" did not finish within ${spec.postCreateTimeoutMs / 1000} s while the workspace of ${spec.id} was prepared. Make it faster, or raise postCreateTimeout.${output(tail)}`,
    );
  if (result.exitCode !== 0)
    throw rejected(
      'AO_WORKSPACE_POST_CREATE',
      `"${line}" failed (${result.exitCode === undefined ? (result.signal ?? result.shortMessage) : `exit code ${result.exitCode}`}) while the workspace of ${spec.id} was prepared. Repair the command, or take it out of postCreate.${output(tail)}`,
    );
}

const output = (tail: string): string =>
  tail.trim() === ''
    ? ''
    : `\nIts last output:\n${tail.trimEnd().split('\n').slice(-TAIL_LINES).join('\n')}`;

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // ESRCH: it ended meanwhile.
  }
}
