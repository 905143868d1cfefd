/** Milliseconds since the Unix epoch, UTC; durations are milliseconds too. */
export type Millis = number;

/** Days begin at quarters of an hour in every time zone: what was used in different ones may belong to different days. */
export const quarterOf = (at: Millis): number => Math.floor(at / 900_000);
