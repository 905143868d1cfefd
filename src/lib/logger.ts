import { type DestinationStream, pino } from 'pino';
import pretty from 'pino-pretty';
import { redactor } from './redact.ts';

/** What modules log through. `fields` is data, `message` a sentence. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** The same log with more fields on every line. */
  child(fields: object): Log;
}

export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** JSON lines for machines, or short lines for people. */
  readonly format: 'json' | 'pretty';
  /** Values that must never appear, in any form. */
  readonly secrets: Iterable<string>;
  readonly write: (line: string) => void;
}

/** A pino log whose finished lines are cleaned of secrets, so that nothing can slip past in a field, an error or a stack. */
export function createLog({ level, format, secrets, write }: LogOptions): Log {
  const redact = redactor(secrets);
  const print = (line: string): void => write(redact(line));
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { error: pino.stdSerializers.err } }, destination(format, print));
}

function destination(format: LogOptions['format'], print: (line: string) => void): DestinationStream {
  if (format === 'json') return { write: print };
  const prettify = pretty.prettyFactory({ colorize: false, translateTime: 'SYS:HH:MM:ss', ignore: 'pid,hostname' });
  return { write: (line) => print(prettify(line) ?? line) };
}
