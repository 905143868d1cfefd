import { StringDecoder } from 'node:string_decoder';
import type { Clock } from '../../../src/lib/clock.ts';
import { failureOf, runProcess } from '../../../src/lib/process/run-process.ts';
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
  const decoder = new StringDecoder('utf8');
  let tail = '';
  const end = await runProcess({
    bin: '/bin/sh',
    args: ['-c', line],
    cwd: path,
    env,
    timeoutMs: left,
    clock,
    onOutput(chunk) {
      tail = (tail + decoder.write(chunk)).slice(-TAIL_CHARS);
    },
  });
  if (end.type === 'timed_out')
    throw rejected(
      'AO_WORKSPACE_POST_CREATE',
      `"${line}" did not finish within ${spec.postCreateTimeoutMs / 1000} s while the workspace of ${spec.id} was prepared. Make it faster, or raise postCreateTimeout.${output(tail)}`,
    );
  const why = failureOf(end, left);
  if (why !== null)
    throw rejected(
      'AO_WORKSPACE_POST_CREATE',
      `"${line}" failed (${why}) while the workspace of ${spec.id} was prepared. Repair the command, or take it out of postCreate.${output(tail)}`,
    );
}

const output = (tail: string): string =>
  tail.trim() === ''
    ? ''
    : `\nIts last output:\n${tail.trimEnd().split('\n').slice(-TAIL_LINES).join('\n')}`;
