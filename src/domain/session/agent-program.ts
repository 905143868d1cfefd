/** The agent's program as it was when it was started. */
export interface AgentProgram {
  /** Null: it doesn't tell its version. */
  readonly version: string | null;
  /** A sentence for people where this version isn't one ao was tried with; null: it is, or ao can't say. */
  readonly untried: string | null;
}
