/** Options every command has. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly dataDir?: string;
  readonly config?: string;
}
