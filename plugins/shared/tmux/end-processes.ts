import { readFileSync } from 'node:fs';
import { type Clock, pause } from '../../../src/lib/clock.ts';
import {
  isAlive,
  type ProcessEntry,
  type ProcessTable,
  processTree,
  readProcessTable,
} from '../../../src/lib/process-table.ts';

export interface PaneProcesses {
  readonly pid: number;
  /** Values of TMUX_PANE and the start of TMUX in everything the pane ever started; finds those that left the tree. */
  readonly pane: string;
  readonly server: string;
}

const POLL_MS = 10;
/** After SIGKILL a process ends at once, unless the kernel holds it. */
const FORCED_MS = 2_000;

/** Asks every process of the pane to end, forces those left after `graceMs`. Returns the pids that even that didn't end. */
export async function endProcesses(
  target: PaneProcesses,
  graceMs: number,
  clock: Clock,
): Promise<number[]> {
  const first = find(await readProcessTable(), target);
  // A stopped process takes no signal before it goes on. SIGHUP, for shells that ignore SIGTERM, comes later:
  // at once it would end agents in the middle of their own tidying up.
  for (const signal of ['SIGTERM', 'SIGCONT'] as const)
    for (const entry of first) send(entry.pid, signal);
  if (await waitUntilGone(target, first, graceMs / 2, clock)) return [];
  for (const entry of find(await readProcessTable(), target)) send(entry.pid, 'SIGHUP');
  if (await waitUntilGone(target, first, graceMs / 2, clock)) return [];
  const deadline = clock.now() + FORCED_MS;
  let left: ProcessEntry[] = first;
  do {
    const table = await readProcessTable();
    left = unique([...left.filter((entry) => isAlive(table, entry)), ...find(table, target)]);
    for (const entry of left) send(entry.pid, 'SIGKILL');
    if (left.length > 0) await pause(clock, POLL_MS);
  } while (left.length > 0 && clock.now() < deadline);
  return left.map((entry) => entry.pid);
}

async function waitUntilGone(
  target: PaneProcesses,
  known: readonly ProcessEntry[],
  graceMs: number,
  clock: Clock,
): Promise<boolean> {
  const deadline = clock.now() + graceMs;
  for (;;) {
    const table = await readProcessTable();
    if (!known.some((entry) => isAlive(table, entry))) return find(table, target).length === 0;
    if (clock.now() >= deadline) return false;
    await pause(clock, POLL_MS);
  }
}

function find(table: ProcessTable, target: PaneProcesses): ProcessEntry[] {
  const marked = [...table.values()].filter(
    (entry) => !entry.zombie && entry.pid !== process.pid && carriesMark(entry.pid, target),
  );
  return unique([...processTree(table, target.pid), ...marked]);
}

/** Only Linux shows other processes' environment; elsewhere tree and group must do. */
function carriesMark(pid: number, target: PaneProcesses): boolean {
  if (process.platform !== 'linux') return false;
  try {
    const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    return (
      variables.includes(`TMUX_PANE=${target.pane}`) &&
      variables.some((variable) => variable.startsWith(`TMUX=${target.server},`))
    );
  } catch {
    return false; // Ended meanwhile, or somebody else's.
  }
}

const unique = (entries: readonly ProcessEntry[]): ProcessEntry[] => [
  ...new Map(entries.map((entry) => [entry.pid, entry])).values(),
];

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // ESRCH: it ended meanwhile.
  }
}
