// What the demo agent does for real: edits files, runs commands where people can see them, commits.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { detail, dim, green, red, say, step } from './screen.mjs';

/** Thrown when a person ended the turn. */
export class Interrupted extends Error {}

const SHOWN_LINES = 14;

export function readFile(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return '';
    throw error;
  }
}

/** Replaces `before` once; false when the file doesn't contain it (any more). */
export function edit(path, before, after) {
  const content = readFile(path);
  if (!content.includes(before)) return false;
  writeFileSync(
    path,
    content.replace(before, () => after),
  );
  step(`Edit ${path}`);
  for (const line of before.trimEnd().split('\n').slice(0, 4)) say(`  ${red('-')} ${dim(line)}`);
  for (const line of after.trimEnd().split('\n').slice(0, 8)) say(`  ${green('+')} ${line}`);
  return true;
}

export function write(path, content) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  step(`Write ${path}`);
}

/** Runs a program, shows the end of its output, and ends its process group when the turn is interrupted. */
export function run(turn, argv, { quiet = false } = {}) {
  const [program, ...args] = argv;
  if (!quiet)
    step(
      `Run ${argv
        .map((arg) => (/^[\w./:=-]+$/.test(arg) ? arg : JSON.stringify(arg)))
        .join(' ')
        .slice(0, 160)}`,
    );
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    let output = '';
    const stop = () => {
      try {
        process.kill(-child.pid, 'SIGTERM');
      } catch {
        // It ended by itself in this moment.
      }
    };
    const keep = (chunk) => {
      output = (output + chunk).slice(-20_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    turn.onInterrupt(stop);
    child.once('error', (error) => resolve({ ok: false, output: error.message }));
    child.once('close', (code) => {
      turn.offInterrupt(stop);
      if (turn.interrupted) return reject(new Interrupted());
      const lines = output.trimEnd().split('\n');
      if (!quiet && output.trim() !== '') detail(lines.slice(-SHOWN_LINES).join('\n'));
      resolve({ ok: code === 0, output });
    });
  });
}

/** True when there was something to commit. */
export async function commit(turn, subject, body = '') {
  await run(turn, ['git', 'add', '--all'], { quiet: true });
  if ((await run(turn, ['git', 'diff', '--cached', '--quiet'], { quiet: true })).ok) return false;
  const result = await run(
    turn,
    ['git', 'commit', '--quiet', '-m', subject, ...(body === '' ? [] : ['-m', body])],
    { quiet: true },
  );
  step(result.ok ? `Commit "${subject}"` : `The commit failed: ${result.output.trim()}`);
  return result.ok;
}
