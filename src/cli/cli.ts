import type { SessionView } from '../commands/views.ts';
import type { AuditFilter, AuditRow, AuditVerdict } from '../domain/session/audit.ts';
import type { Api } from './api.ts';
import type { BotModule } from './bot-module.ts';
import type { CommonOptions } from './common-options.ts';
import type { ConfigPlace } from './config-place.ts';
import type { Environment } from './data-dir.ts';
import type { OfflineWish } from './offline.ts';

/** The world of one CLI run; tests make their own. */
export interface Cli {
  readonly env: Environment;
  readonly cwd: string;
  readonly color: boolean;
  /** Columns of the terminal; null when the output is no terminal. */
  readonly columns: number | null;
  /** Questions can be asked. */
  readonly interactive: boolean;
  now(): number;
  /** Writes to stdout; a newline is added. */
  out(text: string): void;
  /** Writes to stderr; a newline is added. */
  err(text: string): void;
  /** Everything on stdin. */
  readInput(): Promise<string>;
  /** Runs a program in this terminal; resolves with its exit code. */
  exec(argv: readonly string[]): Promise<number>;
  /** The same through a terminal in between, which a person leaves with Ctrl-\ (exit code 0 then). */
  inTerminal(argv: readonly string[]): Promise<number>;
  loadBot(): Promise<BotModule>;
  /** Sessions from the database, for when the bot is down; null when there is no database. */
  readOffline(
    dataDir: string,
    wish: OfflineWish,
    place: ConfigPlace,
  ): Promise<readonly SessionView[] | null>;
  /** Rows of the audit log, from the database. */
  readAudit(dataDir: string, filter: AuditFilter, place: ConfigPlace): Promise<readonly AuditRow[]>;
  /** `since`: a hash that must be one of the chain; null: none. */
  verifyAudit(dataDir: string, since: string | null): Promise<AuditVerdict>;
  /** Writes a consistent copy of the database to `file`. */
  backUp(dataDir: string, file: string): Promise<void>;
  /** The API of the bot that these options mean. Throws when no bot runs. */
  api(options: CommonOptions): Api;
}
