import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import type { Logger } from '../slots/plugin.ts';

/** JSON lines in `<dataDir>/log/ao.log`, written at once, every line without known secrets. Level from AO_LOG_LEVEL. */
export function createLogger(dataDir: string, level: string, redact: (text: string) => string): Logger & { readonly file: string } {
  const folder = join(dataDir, 'log');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'ao.log');
  const destination = pino.destination({ dest: file, sync: true, mode: 0o600 });
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { err: pino.stdSerializers.errWithCause } }, { write: (line: string) => void destination.write(redact(line)) });
  return {
    file,
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
  };
}
