import { readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ProcessEntry, readProcessTable } from '../../../src/lib/process-table.ts';

const GRACE_MS = 2_000;
const POLL_MS = 20;

/**
 * Ends what an agent left running in its folder under no parent and no terminal, such as a server that went into the background and
 * has an environment of its own. A person's shell or editor has a parent or a terminal, and is left alone. Linux only.
 */
export async function endOrphans(path: string): Promise<void> {
  if (process.platform !== 'linux') return;
  const found = await orphansIn(path);
  if (found.length === 0) return;
  for (const { pid } of found) send(pid, 'SIGTERM');
  const deadline = performance.now() + GRACE_MS;
  while (performance.now() < deadline) {
    if ((await orphansIn(path)).length === 0) return;
    await sleep(POLL_MS);
  }
  for (const { pid } of await orphansIn(path)) send(pid, 'SIGKILL');
}

async function orphansIn(path: string): Promise<readonly ProcessEntry[]> {
  const table = await readProcessTable();
  const isOrphan = ({ pid, ppid, zombie }: ProcessEntry): boolean =>
    !zombie &&
    (ppid === 1 || nameOf(ppid) === 'systemd') &&
    !hasTerminal(pid) &&
    worksIn(pid, path);
  const roots = [...table.values()].filter(isOrphan);
  // What they started ends with them, wherever it works.
  for (const root of roots)
    for (const entry of table.values())
      if (entry.ppid === root.pid && !entry.zombie && !roots.includes(entry)) roots.push(entry);
  return roots;
}

function worksIn(pid: number, path: string): boolean {
  try {
    const cwd = readlinkSync(`/proc/${pid}/cwd`);
    return cwd === path || cwd.startsWith(`${path}/`);
  } catch {
    return false; // Ended meanwhile, or somebody else's.
  }
}

const nameOf = (pid: number): string | null => {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return null;
  }
};

/** The fifth field after the name; the name may have anything in it. */
function hasTerminal(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[4] !== '0';
  } catch {
    return true;
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // ESRCH: it ended meanwhile.
  }
}
