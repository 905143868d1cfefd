/** The bot can't start; the message says why and what to do. */
export class CannotStart extends Error {
  /** The configuration has errors: a line each, and an exit code of its own. */
  readonly ofConfig: boolean;

  constructor(message: string, options: { ofConfig: boolean } = { ofConfig: false }) {
    super(message);
    this.ofConfig = options.ofConfig;
  }
}
