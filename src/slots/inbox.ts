/** One thing that came in from a chat platform, as the platform sent it, until its consequence is committed. */
export interface Delivery {
  /** The platform's id of it: the same id again is the same thing. Unique for the plugin instance. */
  readonly id: string;
  /** Deliveries of one lane are dealt with one after another, by `at` and then in the order they were taken. */
  readonly lane: string;
  /** JSON. */
  readonly body: unknown;
  /** When people did it by the platform's clock, or when it was taken where the platform does not
   * say; ms UTC, with fractions where the platform has them. */
  readonly at: number;
}

/**
 * Where a chat plugin keeps what it acknowledged to its platform and has not dealt with yet. Every method is durable when it
 * returns, and throws when the disk can't be written: what could not be taken must not be acknowledged.
 */
export interface Inbox {
  /** False: this delivery was taken before; it waits, or is dealt with. Ids are kept for a week. */
  take(delivery: Delivery): boolean;
  /** What is not dealt with, by `at` and then in the order it was taken. */
  waiting(): readonly Delivery[];
  /** Dealt with: its words are forgotten, its id is kept. */
  done(id: string): void;
}

/** For a plugin that is only asked something and never started: nothing comes in. */
export const NO_INBOX: Inbox = { take: () => false, waiting: () => [], done() {} };
