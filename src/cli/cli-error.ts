/** Documented in docs/cli.md. */
export const EXIT = { ok: 0, failed: 1, usage: 2, notRunning: 3, config: 4 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends the command: one line on stderr that says what happened and what to do. An empty message: somebody else has said it. */
export class CliError extends Error {
  readonly exitCode: ExitCode;
  /** Further lines, for lists such as those of a configuration. */
  readonly details: readonly string[];

  constructor(message: string, exitCode: ExitCode = EXIT.failed, details: readonly string[] = []) {
    super(message);
    this.name = 'CliError';
    this.exitCode = exitCode;
    this.details = details;
  }
}

export const usageError = (message: string): CliError => new CliError(message, EXIT.usage);
