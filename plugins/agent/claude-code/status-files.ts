import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../../src/lib/clock.ts';
import type { FileProblem, Tell } from '../../../src/lib/guarded/problem.ts';
import { listFolder } from '../../../src/lib/guarded/read.ts';
import { readJsonFile } from '../../../src/lib/json-file.ts';
import { watchFolder } from '../../../src/lib/watch-folder.ts';
import { type StatusFile, statusFileSchema } from './schema.ts';

const SWEEP_EVERY = 2000;

/** Gets the status that changed, or that is gone; null: any may have. */
type Listener = (changed: StatusFile | null) => void;
/** Gets what is wrong with the file of one process, or with the folder: null. */
type Complaint = (problem: FileProblem, pid: number | null) => void;

/**
 * The live status every interactive Claude Code writes to `<config dir>/sessions/<pid>.json`: one watcher for all
 * sessions. A file stays behind when its process was killed, so each is checked against the process it names.
 */
export class StatusFiles {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #listeners = new Map<Listener, Complaint>();
  readonly #complain: Tell = (problem) => {
    const pid = /(\d+)\.json$/.exec(problem.path)?.[1];
    for (const tell of this.#listeners.values())
      tell(problem, pid === undefined ? null : Number(pid));
  };
  readonly #files = new Map<string, StatusFile>();
  /** Of each file as it was read: a sweep reads only what changed. */
  readonly #stamps = new Map<string, string>();
  /** Whether the process of each ran at the last sweep. */
  readonly #running = new Map<string, boolean>();
  #watcher: { close(): void } | null = null;

  constructor(configDir: string, clock: Clock) {
    this.#folder = join(configDir, 'sessions');
    this.#clock = clock;
  }

  /** Calls `listener` after a status changed. The first listener starts the watcher, the last one stops it. */
  subscribe(listener: Listener, complaint: Complaint): () => void {
    this.#listeners.set(listener, complaint);
    if (this.#watcher === null) {
      this.#readAll();
      this.#watcher = watchFolder(this.#folder, this.#clock, SWEEP_EVERY, (file) =>
        this.#onChange(file),
      );
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#watcher?.close();
      this.#watcher = null;
    };
  }

  /** The live process of a conversation, or of a process known before (a conversation cleared there has a new id). */
  find(agentSession: string | null, pid: number | null): StatusFile | null {
    // Only the one in question is looked up in the process table: with a hundred sessions that is asked a hundred times a round.
    const files = [...this.#files.values()];
    return (
      files.find((file) => file.pid === pid && isLive(file)) ??
      files.find((file) => file.sessionId === agentSession && isLive(file)) ??
      null
    );
  }

  /** `find` after reading the files again: for decisions that must not rest on a late notification. */
  findNow(agentSession: string | null, pid: number | null): StatusFile | null {
    const known = this.find(agentSession, pid);
    if (known === null) this.#readAll();
    else this.#read(`${known.pid}.json`);
    return this.find(agentSession, pid);
  }

  #onChange(file: string | null): void {
    if (file === null) return this.#sweep();
    // Temporary files beside them say nothing, and waking a hundred watches for each would cost.
    if (!file.endsWith('.json')) return;
    const before = this.#files.get(file);
    this.#read(file);
    this.#tell(this.#files.get(file) ?? before ?? null);
  }

  /** Of a hundred sessions at rest nobody is woken: only those whose file changed or went, or whose process ended. */
  #sweep(): void {
    const before = new Map(this.#files);
    this.#readAll();
    for (const name of new Set([...before.keys(), ...this.#files.keys()])) {
      const [former, now] = [before.get(name), this.#files.get(name)];
      const file = now ?? former;
      if (file === undefined) continue;
      const runs = isRunning(file.pid);
      const ran = this.#running.get(name);
      this.#running.set(name, runs);
      if (former !== now || (ran ?? true) !== runs) this.#tell(file);
      if (now === undefined) this.#running.delete(name);
    }
  }

  #tell(changed: StatusFile | null): void {
    for (const listener of this.#listeners.keys()) listener(changed);
  }

  #readAll(): void {
    const names = this.#names();
    for (const gone of this.#files.keys()) if (!names.includes(gone)) this.#files.delete(gone);
    for (const name of names)
      if (!this.#files.has(name) || this.#stamps.get(name) !== stampOf(join(this.#folder, name)))
        this.#read(name);
  }

  #names(): readonly string[] {
    return listFolder(this.#folder, this.#complain).filter((name) => name.endsWith('.json'));
  }

  #read(name: string): void {
    const path = join(this.#folder, name);
    // Taken before: what is written meanwhile is read once more.
    const stamp = stampOf(path);
    const file = statusFileSchema.safeParse(readJsonFile(path, this.#complain));
    this.#stamps.set(name, file.success ? stamp : '');
    if (file.success) this.#files.set(name, file.data);
    else if (!this.#names().includes(name)) this.#files.delete(name);
    // Otherwise it is half-written: what it said before holds until the next notification.
  }
}

/** Another one when the file was written or replaced; '' when it is gone. */
function stampOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? '' : `${stat.ino} ${stat.size} ${stat.mtimeMs}`;
}

function isLive(file: StatusFile): boolean {
  if (!isRunning(file.pid)) return false;
  const started = processStart(file.pid);
  return started === null || file.procStart === undefined || started === file.procStart;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Start time in clock ticks since boot, the 22nd field of `/proc/<pid>/stat`; null where there is no `/proc`. */
function processStart(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
