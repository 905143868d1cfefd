/** How a message that a program could take for something else reached it all the same. */
export interface AsWords {
  /** `/compact`, `!ls`: how the message begins. Null: it would have been something else, as `exit` alone. */
  readonly command: string | null;
  /** What was typed, where that differs from the message; null: the same. */
  readonly typed: string | null;
}

/** `/word` but not a path like `/etc/passwd`, or a shell line. */
const COMMAND = /^\s*(\/[^\s/]+(?=\s|$)|![^\s]+)/u;

/**
 * What people should know of a message that was handed over: whoever writes a command of the agent's program into the
 * thread expects it to be run. Null for ordinary words.
 */
export function asWords(text: string, typed: string | null): AsWords | null {
  const command = COMMAND.exec(text)?.[1] ?? null;
  return command === null && typed === null ? null : { command, typed };
}
