import type { RuntimeFact } from '../domain/session/facts.ts';
import type { DoctorFinding } from './context.ts';

export interface RuntimeSpec {
  /** Name in the runtime; the session id. Unique, `[a-z0-9-]+`. */
  readonly id: string;
  /** Absolute path; must exist. */
  readonly cwd: string;
  /** The agent's own argv; it becomes the runtime's own process so that its exit code is seen. No shell in between. */
  readonly argv: readonly string[];
  /**
   * What the process needs besides `cwd` at the same path, where it runs in a file system of its own: the repository its workspace belongs to,
   * its state folder, ao's own programs. Absolute paths that exist.
   */
  readonly paths?: readonly { readonly path: string; readonly write: boolean }[];
  /** Complete environment of the process besides what the terminal itself adds. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * Names this very launch. A live runtime of the same id that was started with another key belongs to another life of ao (a lost or
   * replaced database): it is moved aside, neither taken over nor ended. Absent: a live one of that id is taken as it is.
   */
  readonly key?: string;
  readonly columns: number;
  readonly rows: number;
}

/** One runtime as seen by `observe`. Handles that are not listed any more are gone. */
export interface ObservedRuntime {
  readonly id: string;
  readonly handle: string;
  readonly fact: RuntimeFact;
}

export interface Resources {
  /** Resident memory of the whole process tree, bytes. */
  readonly rssBytes: number;
  readonly processes: number;
}

/**
 * Where an agent's process runs. All methods may throw PluginError; `transient` when the runtime itself
 * can't be reached (that says nothing about the sessions in it).
 */
export interface RuntimePlugin {
  /** Its processes are on another machine: their memory is not this one's. */
  readonly elsewhere?: boolean;
  /**
   * Which engine this instance means by its settings, in words people can tell apart: a server, a host, a context. Handles belong to it, and it
   * is kept with each session: an instance that means another engine after a restart isn't asked about agents it can't know. Left out: there is
   * only one.
   */
  readonly where?: string;
  start(): Promise<void>;
  /** Lets go of the runtime. The agents go on. */
  stop(): Promise<void>;

  /** Starts the process. Idempotent by `id`: when a live runtime of that id (and key) exists it is returned as it is. */
  create(spec: RuntimeSpec): Promise<{ handle: string; pid: number | null }>;
  /** Facts of **all** runtimes of this instance in one call, no subprocess per session. Throws when it can't tell. */
  observe(): Promise<readonly ObservedRuntime[]>;
  /** Calls `listener` as soon as a process ends, where the runtime can push. `observe` stays the safety net. `why`: as in the fact. */
  onExit(
    listener: (id: string, handle: string, exitCode: number | null, why?: string) => void,
  ): () => void;

  /** Pastes text exactly (bracketed; control characters other than tab and newline removed), then Enter if `submit`. */
  write(handle: string, text: string, options: { submit: boolean }): Promise<void>;
  /** Single keys by name: `Enter`, `Escape`, `C-c`, `Up`, `Down`, `Tab`, `Space`, or one printable character. */
  keys(handle: string, keys: readonly string[]): Promise<void>;
  /** The last `lines` lines of the screen and its history, without escape sequences, trailing blanks cut. Works on exited processes. */
  capture(handle: string, lines: number): Promise<string>;
  /** Ends the process tree: polite signal, then force after `graceMs`. Removes the handle. Not an error when already gone. */
  kill(handle: string, options: { graceMs: number }): Promise<void>;
  /** Command line a person types to look at it; read-only variant too. */
  attach(handle: string): {
    readonly argv: readonly string[];
    readonly readOnlyArgv: readonly string[];
  };
  resources(handles: readonly string[]): Promise<ReadonlyMap<string, Resources>>;
  doctor(): Promise<readonly DoctorFinding[]>;
}
