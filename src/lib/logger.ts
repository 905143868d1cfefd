import { pino } from 'pino';
import { createRedact } from './redact.ts';

/** What modules log through. `fields` is data, `message` a sentence. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export interface LogOptions {
  readonly level: LogLevel;
  /** Values that must never appear, in any form. */
  readonly secrets: Iterable<string>;
  /** Gets finished JSON lines. */
  readonly write: (line: string) => void;
}

/** An error has no own fields that JSON would show; under either usual name it is written with its stack and cause. */
const describe = pino.stdSerializers.errWithCause;

/** A pino log whose finished lines are cleaned of secrets, so that nothing can slip past in a field, an error or a stack. */
export function createLog({ level, secrets, write }: LogOptions): Log {
  const redact = createRedact(secrets);
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: describe, error: describe },
    },
    { write: (line: string) => write(redact(line)) },
  );
}
