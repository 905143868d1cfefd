/** Milliseconds since the Unix epoch, UTC; durations are milliseconds too. */
export type Millis = number;
