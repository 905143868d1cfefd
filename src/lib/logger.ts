import { pino } from 'pino';
import { type Redact, redactDeep } from './redact.ts';

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
  /** Masks what must never appear; it may learn of more while the log is open. */
  readonly redact: Redact;
  /** Gets finished JSON lines. */
  readonly write: (line: string) => void;
}

/** An error has no own fields that JSON would show; under either usual name it is written with its stack and cause. */
const describe = pino.stdSerializers.errWithCause;

/**
 * A pino log without secrets: messages and fields are cleaned before they become JSON, and the finished line once more, so that
 * nothing slips past in an error, a stack or a name.
 */
export function createLog({ level, redact, write }: LogOptions): Log {
  const error = (value: Error): object => redactDeep({ ...describe(value) }, redact);
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: error, error },
      formatters: { log: (fields) => redactDeep(fields, redact) },
      hooks: {
        logMethod(args, method) {
          const [fields, message, ...more] = args;
          method.apply(this, [
            fields,
            typeof message === 'string' ? redact(message) : message,
            ...more,
          ] as Parameters<typeof method>);
        },
      },
    },
    { write: (line: string) => write(redact(line)) },
  );
}
