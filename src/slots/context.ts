import type { PriceTable } from '../domain/money/pricing.ts';
import type { Clock } from '../lib/clock.ts';
import type { Inbox } from './inbox.ts';

export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Durable JSON values, one namespace per plugin instance. Synchronous, each write is durable when it returns. */
export interface KeyValue {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
  delete(key: string): void;
  /** All entries whose key starts with `prefix`, by key. */
  list(prefix: string): ReadonlyArray<readonly [key: string, value: unknown]>;
}

/** The project a per-project plugin instance (tracker, scm) works for. */
export interface ProjectInfo {
  readonly id: string;
  /** Absolute path of the repository. */
  readonly repo: string;
  readonly defaultBranch: string;
  /** Checks ao runs itself (local scm): name and shell line, run in a clean checkout. */
  readonly checks: ReadonlyArray<{
    readonly name: string;
    readonly run: string;
    readonly timeoutMs: number;
    readonly required: boolean;
  }>;
  /** What the configuration says for a forge; absent where no forge is meant. */
  readonly forge?: ForgeInfo;
}

export interface ForgeInfo {
  /** `owner/name`, when configured. */
  readonly repository: string | null;
  /** Null: webhooks are refused. */
  readonly webhookSecret: string | null;
  /** Logins treated as bots besides those the forge marks. */
  readonly botAuthors: readonly string[];
}

/** What every plugin gets from its host. Plugins never read `process.env`, the clock or the database themselves. */
export interface PluginContext {
  /** Instance id, e.g. `tmux`, or `local:<project>` for per-project plugins. */
  readonly id: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A folder of the plugin's own below the data directory; exists, mode 0700. */
  readonly dataDir: string;
  readonly kv: KeyValue;
  /** For chat plugins: what came in and is not dealt with yet. */
  readonly inbox: Inbox;
  /** The environment given to children: PATH, HOME, LANG and the like. Never ao's own secrets. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * One value for all plugin instances of this bot that ask with the same key, made by the first. For what is one thing in the
   * world, such as the rate limit of an account that several projects use.
   */
  readonly shared: <T>(key: string, make: () => T) => T;
  /** Set for tracker and scm instances, null otherwise. */
  readonly project: ProjectInfo | null;
  /** For ao's own git (src/git): a folder for its notes, and the filters it may run. Absent: a folder in `dataDir`, and Git LFS. */
  readonly git?: {
    readonly stateDir: string;
    readonly filters: Readonly<
      Record<
        string,
        {
          readonly clean?: string | undefined;
          readonly smudge?: string | undefined;
          readonly process?: string | undefined;
          readonly required?: boolean | undefined;
        }
      >
    >;
  };
  /** What models cost; absent: the built-in prices. */
  readonly prices?: PriceTable;
}

/** One line of `ao doctor`. `fix` says what to do; for `ok` it is null. */
export interface DoctorFinding {
  readonly level: 'ok' | 'warning' | 'error';
  readonly what: string;
  readonly fix: string | null;
}
