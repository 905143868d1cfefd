import { readFileSync } from 'node:fs';

export interface ProcessCosts {
  /** CPU time of the process itself, ms, in steps of the kernel's tick (10 ms). */
  readonly cpuMs: number;
  /** Page faults of all children it has waited for: any child that ran adds hundreds. */
  readonly childFaults: number;
  readonly rssMiB: number;
}

const TICK_MS = 10;

/** Read from /proc, so Linux only. */
export function processCosts(pid: number): ProcessCosts {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const rss = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
  return {
    cpuMs: ((fields[11] ?? 0) + (fields[12] ?? 0)) * TICK_MS,
    childFaults: (fields[8] ?? 0) + (fields[10] ?? 0),
    rssMiB: Number(rss?.[1]) / 1024,
  };
}
