import type { TypedCommand } from '../slots/chat-catalogue.ts';
import type { PluginDefinition } from '../slots/plugin.ts';

/** What `ao start` hands to the composition root. Null: the configuration, the environment or the default decides. */
export interface StartOptions {
  /** Repositories, or URLs of some, to run on; where a configuration file has projects of those paths, the file counts. */
  readonly targets: readonly string[];
  readonly config: string | null;
  readonly dataDir: string | null;
  readonly host: string | null;
  readonly port: number | null;
  /** Load plugins that the configuration names although nobody confirmed them. */
  readonly trustPlugins: boolean;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Told before and after each effect and each step of what comes in from chat, with what names it. An argument for whoever starts the bot from code; nothing of ao itself gives one. */
  readonly onStep?: (
    step: 'before' | 'after',
    job: { readonly type: string; readonly key: string; readonly payload: unknown },
  ) => void;
}

/** What the CLI needs of the bot, loaded only by the commands that need it. */
export interface BotModule {
  /** The built-in plugins: config check and doctor need their schemas and their own checks. */
  readonly plugins: readonly PluginDefinition[];
  /** The chat commands, for platforms that must be told of them. */
  readonly chatCommands: readonly TypedCommand[];
  /** Runs the bot in this process until a signal ends it. Resolves with the exit code (docs/cli.md); what went wrong has been said on stderr then. */
  start(options: StartOptions): Promise<number>;
}
