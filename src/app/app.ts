import type { Commands } from '../commands/commands.ts';
import type { Reader } from '../commands/reader.ts';
import type { Config } from '../config/schema/config.ts';
import type { Actor } from '../domain/session/ids.ts';
import type { Clock } from '../lib/clock.ts';
import type { Redactor } from '../lib/redact.ts';
import type { StepListener } from '../lifecycle/outbox-parts.ts';
import type { Project } from '../lifecycle/plugins.ts';
import type { Logger, PluginDefinition } from '../slots/plugin.ts';
import type { Part } from './run-parts.ts';

export interface AppOptions {
  readonly config: Config;
  readonly projects: readonly Project[];
  readonly definitions: readonly PluginDefinition[];
  readonly dataDir: string;
  readonly migrations: string;
  readonly pageDir: string | null;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Complete environment of children: agents, checks, git. */
  readonly childEnv: Readonly<Record<string, string>>;
  /** Folder of what agents find first on their PATH; null: nothing of ours. */
  readonly agentBin: string | null;
  /** Admin token. */
  readonly token: string;
  /** What a reverse proxy proves itself with; only used with `auth.proxyHeader`. */
  readonly proxyToken?: string;
  readonly secrets: Iterable<string>;
  /** Shared with the log, so that it learns of sessions' tokens too. */
  readonly redactor?: Redactor;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly version: string;
  readonly demo: boolean;
  /** Called before and after each effect, and each step of what comes in from chat (`inbox.take`, `inbox.done`). */
  readonly onStep?: StepListener;
  /** Each part passes through here before it runs, so that a test can make one of them fail. */
  readonly onPart?: (part: Part) => Part;
}

export interface App {
  start(): Promise<Started>;
  /** Agents keep running. */
  stop(): Promise<void>;
  /**
   * Takes a changed configuration for everything that is read at the time of use: reactions, merge and access policy,
   * lifecycle, limits. Returns what of it needs a restart; then nothing is taken.
   */
  reload(config: Config, secrets?: Iterable<string>): readonly string[];
  /** A changed configuration could not even be read. */
  reloadFailed(reason: string): void;
  readonly commands: Commands;
  /** What ao reads for itself; nobody's rights are asked. */
  readonly reader: Reader;
  readonly admin: Actor;
  /** Sentences about agents that projects use and that aren't installed, each with what to do. Asks the programs; may take seconds. */
  missingAgents(): Promise<readonly string[]>;
}

export interface Started {
  readonly url: string;
  readonly port: number;
  /** One-time path that signs a browser in. */
  readonly loginPath: () => string;
}

/** Another bot has this data directory. */
export class DataDirTaken extends Error {}
