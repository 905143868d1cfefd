import type { Duplex, Readable } from 'node:stream';

/** A program in a place. `stream` is its input and its output; it ends when the program does or the connection is lost. */
export interface Pipe {
  readonly stream: Duplex;
  readonly errors: Readable;
  close(): void;
}

/** Where a session lives, as far as shared code has to know: one thing that every engine can do. */
export interface Place {
  /** Starts a program there. No shell in between. Throws `transient` when the engine can't be reached, `rejected` when the place is gone. */
  open(argv: readonly string[]): Promise<Pipe>;
}
