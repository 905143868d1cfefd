import { readdir, readFile, readlink } from 'node:fs/promises';
import { sep } from 'node:path';
import { failureOf, runProcess } from '../../../src/lib/process/run-process.ts';
import { rejected, transient } from '../../../src/slots/errors.ts';

const LSOF_TIMEOUT = 30_000;

/** Throws AO_WORKSPACE_BUSY when some process works in the folder: removing it would pull the ground from under it. */
export async function refuseWhileBusy(path: string): Promise<void> {
  const busy = process.platform === 'linux' ? await findInProc(path) : await findWithLsof(path);
  if (busy)
    throw rejected(
      'AO_WORKSPACE_BUSY',
      `${path} was not removed: process ${busy.pid} (${busy.command}) still works in it. End it (kill ${busy.pid}, or leave the folder in its terminal); then "ao prune" removes the folder.`,
    );
}

interface Occupant {
  readonly pid: number;
  readonly command: string;
}

async function findInProc(path: string): Promise<Occupant | null> {
  const pids = (await readdir('/proc')).map(Number).filter(Number.isInteger);
  const cwds = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => null)));
  for (const [at, cwd] of cwds.entries()) {
    const pid = pids[at];
    if (pid === undefined || cwd === null || !isWithin(path, cwd)) continue;
    const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null);
    // No command line: it ended meanwhile, or is a zombie.
    if (words) return { pid, command: words.replaceAll('\0', ' ').trim().slice(0, 200) };
  }
  return null;
}

async function findWithLsof(path: string): Promise<Occupant | null> {
  const end = await runProcess({
    bin: 'lsof',
    args: ['-a', '-d', 'cwd', '-F', 'pcn'],
    cwd: '/',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    timeoutMs: LSOF_TIMEOUT,
    maxBytes: 16 << 20,
  });
  // It exits with 1 when it may not look at some process, and lists the others.
  if (end.type === 'not_started') return null;
  if (end.type !== 'exited')
    throw transient(
      'AO_WORKSPACE_BUSY_UNKNOWN',
      `${path} was not removed: lsof, which says what works in it, failed: ${failureOf(end, LSOF_TIMEOUT)}. It is tried again.`,
    );
  let current = { pid: 0, command: '' };
  for (const line of end.stdout.split('\n')) {
    if (line.startsWith('p')) current = { pid: Number(line.slice(1)), command: '' };
    else if (line.startsWith('c')) current = { ...current, command: line.slice(1) };
    else if (line.startsWith('n') && isWithin(path, line.slice(1))) return current;
  }
  return null;
}

const isWithin = (path: string, cwd: string): boolean => cwd === path || cwd.startsWith(path + sep);
