/** USD per million tokens. */
export interface Rates {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  /** Written to the provider's short-lived cache; 0 where writing is free. */
  readonly cacheWrite: number;
  /** Written to a cache that lives an hour; null: priced like `cacheWrite`. */
  readonly cacheWriteLong: number | null;
}

/** What one model costs from a day on, until a later row for the same model begins. */
export interface PriceRow extends Rates {
  /** A model's name, or the beginning of names, with `*` at its end. */
  readonly model: string;
  /** First day, UTC, `YYYY-MM-DD`. */
  readonly validFrom: string;
  /** Other rates for a request whose whole prompt is larger than this. */
  readonly longPrompt: { readonly abovePromptTokens: number; readonly rates: Rates } | null;
}
