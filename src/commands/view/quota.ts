/** What is left of one limit of a forge. */
export interface QuotaLimitView {
  readonly name: string;
  readonly used: number;
  readonly limit: number;
  readonly remaining: number;
  readonly resetAt: number;
}

/** One account at a forge: its limits, what ao used them for since it started, and whether it holds itself back. */
export interface QuotaAccountView {
  readonly account: string;
  readonly projects: readonly string[];
  readonly limits: readonly QuotaLimitView[];
  /** ao's own calls by purpose, most points first. `unchanged` ones were free. */
  readonly bot: ReadonlyArray<{
    readonly purpose: string;
    readonly requests: number;
    readonly points: number;
    readonly unchanged: number;
  }>;
  readonly pace: {
    readonly state: 'normal' | 'slow' | 'held';
    readonly factor: number;
    readonly until: number | null;
  };
  /** Largest part of a limit that was used up at once in the last 24 hours, 0 to 1. */
  readonly peak: number;
}

/** What one session's agent asked the forge through the `gh` on its PATH. */
export interface QuotaAgentView {
  readonly session: string;
  /** Reads that went out. */
  readonly reads: number;
  /** Reads answered without asking. */
  readonly cached: number;
  /** Reads the forge answered with "nothing changed", which are free. */
  readonly unchanged: number;
  readonly writes: number;
  readonly failed: number;
  /** Limits of the token the agent uses, as far as answers told them. */
  readonly limits: readonly QuotaLimitView[];
  readonly lastAt: number;
}

export interface QuotaView {
  readonly accounts: readonly QuotaAccountView[];
  readonly agents: readonly QuotaAgentView[];
  /** Projects whose forge could not be asked, each with the reason. */
  readonly unknown: ReadonlyArray<{ readonly project: string; readonly reason: string }>;
}
