import { readFileSync } from 'node:fs';

export interface Memory {
  /** What could be had without swapping, bytes. */
  readonly available: number;
  /** Share of the last ten seconds in which some process waited for memory, per cent; null where the system doesn't tell. */
  readonly pressure: number | null;
}

/** Null where the system doesn't tell: only Linux says what is really available. `read` is for tests: the content of a file below /proc or /sys, null where there is none. */
export function readMemory(read: (file: string) => string | null = readFile): Memory | null {
  const meminfo = read('/proc/meminfo');
  const available = /^MemAvailable:\s+(\d+) kB$/m.exec(meminfo ?? '')?.[1];
  if (available === undefined) return null;
  const machine = Number(available) * 1024;
  return {
    available: Math.min(machine, containerRoom(read) ?? machine),
    pressure: pressureOf(read('/proc/pressure/memory')),
  };
}

/** Room below the limit of this container (cgroup v2); what is only cached counts as room. Null without a limit. */
function containerRoom(read: (file: string) => string | null): number | null {
  const max = Number(read('/sys/fs/cgroup/memory.max') ?? Number.NaN);
  const current = Number(read('/sys/fs/cgroup/memory.current') ?? Number.NaN);
  if (!Number.isFinite(max) || !Number.isFinite(current)) return null;
  const cached = Number(
    /^inactive_file (\d+)$/m.exec(read('/sys/fs/cgroup/memory.stat') ?? '')?.[1] ?? 0,
  );
  return Math.max(0, max - current + cached);
}

/** `some avg10=1.23 …` of the pressure stall information. */
function pressureOf(psi: string | null): number | null {
  const value = /^some avg10=(\d+(?:\.\d+)?)/m.exec(psi ?? '')?.[1];
  return value === undefined ? null : Number(value);
}

function readFile(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Not on this system, or not in this container: nothing is known, which is an answer.
    return null;
  }
}
