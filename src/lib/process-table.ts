import { readdirSync, readFileSync } from 'node:fs';
import { failureOf, runProcess } from './process/run-process.ts';

const PS_TIMEOUT = 15_000;

/** One process. `pid` and `startedAt` together name it even after the number was used again. */
export interface ProcessEntry {
  readonly pid: number;
  readonly ppid: number;
  readonly pgid: number;
  /** Terminal session; 0 where the system doesn't tell. */
  readonly sid: number;
  readonly zombie: boolean;
  readonly rssBytes: number;
  /** Opaque start mark, compared for equality only. */
  readonly startedAt: string;
}

export type ProcessTable = ReadonlyMap<number, ProcessEntry>;

/** All processes of the machine: from /proc on Linux (no subprocess), from one `ps` elsewhere. */
export async function readProcessTable(): Promise<ProcessTable> {
  return process.platform === 'linux' ? readProc() : await readPs();
}

/** `pid` and everything below it by parent, plus every process of its terminal session or group. Zombies left out. */
export function processTree(table: ProcessTable, pid: number): ProcessEntry[] {
  const children = Map.groupBy(table.values(), (entry) => entry.ppid);
  const found = new Set(descend(children, table.get(pid)));
  for (const entry of table.values()) {
    if (entry.pgid === pid || entry.sid === pid)
      for (const member of descend(children, entry)) found.add(member);
  }
  return [...found].filter((entry) => !entry.zombie);
}

/** Resident bytes and number of processes per root, the table walked once. */
export function treeTotals(
  table: ProcessTable,
  roots: readonly number[],
): Map<number, { rssBytes: number; processes: number }> {
  const children = Map.groupBy(table.values(), (entry) => entry.ppid);
  const bySession = Map.groupBy(table.values(), (entry) => entry.sid);
  return new Map(
    roots.map((root) => {
      const members = new Set<ProcessEntry>(bySession.get(root) ?? []);
      for (const entry of descend(children, table.get(root))) members.add(entry);
      const live = [...members].filter((entry) => !entry.zombie);
      return [
        root,
        { rssBytes: live.reduce((sum, entry) => sum + entry.rssBytes, 0), processes: live.length },
      ];
    }),
  );
}

/** Still the same process, and not a zombie. */
export const isAlive = (table: ProcessTable, entry: ProcessEntry): boolean => {
  const now = table.get(entry.pid);
  return now !== undefined && now.startedAt === entry.startedAt && !now.zombie;
};

function descend(
  children: Map<number, ProcessEntry[]>,
  root: ProcessEntry | undefined,
): ProcessEntry[] {
  const found: ProcessEntry[] = root ? [root] : [];
  // The list grows while it is walked; each process has one parent, so nothing comes twice.
  for (const entry of found) found.push(...(children.get(entry.pid) ?? []));
  return found;
}

function readProc(): ProcessTable {
  const pageSize = readPageSize();
  const table = new Map<number, ProcessEntry>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    try {
      table.set(pid, parseStat(pid, readFileSync(`/proc/${pid}/stat`, 'latin1'), pageSize));
    } catch {
      // It ended between the listing and the read.
    }
  }
  return table;
}

/** Fields after the command, which is in parentheses and may itself contain anything (proc(5)). */
function parseStat(pid: number, stat: string, pageSize: number): ProcessEntry {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    pid,
    zombie: fields[0] === 'Z' || fields[0] === 'X',
    ppid: Number(fields[1]),
    pgid: Number(fields[2]),
    sid: Number(fields[3]),
    startedAt: fields[19] ?? '',
    rssBytes: Number(fields[21]) * pageSize,
  };
}

/** AT_PAGESZ (6) of the auxiliary vector: pairs of machine words, little-endian on every Linux that Node runs on but s390x. */
function readPageSize(): number {
  const words = readFileSync('/proc/self/auxv');
  for (let at = 0; at + 16 <= words.length; at += 16) {
    if (words.readBigUInt64LE(at) === 6n) return Number(words.readBigUInt64LE(at + 8));
  }
  return 4096;
}

async function readPs(): Promise<ProcessTable> {
  const end = await runProcess({
    bin: 'ps',
    args: ['-axo', 'pid=,ppid=,pgid=,rss=,stat=,lstart='],
    cwd: '/',
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    timeoutMs: PS_TIMEOUT,
    maxBytes: 16 << 20,
  });
  if (end.type !== 'exited' || end.code !== 0)
    throw new Error(`ps failed: ${failureOf(end, PS_TIMEOUT)}`);
  const { stdout } = end;
  const table = new Map<number, ProcessEntry>();
  for (const line of stdout.split('\n')) {
    const [pid, ppid, pgid, rss, state, ...start] = line.trim().split(/\s+/);
    if (pid === undefined || state === undefined) continue;
    table.set(Number(pid), {
      pid: Number(pid),
      ppid: Number(ppid),
      pgid: Number(pgid),
      sid: 0,
      zombie: state.startsWith('Z'),
      rssBytes: Number(rss) * 1024,
      startedAt: start.join(' '),
    });
  }
  return table;
}
