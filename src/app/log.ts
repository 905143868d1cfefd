import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { createLog, type Log, type LogLevel } from '../lib/logger.ts';
import type { Redact } from '../lib/redact.ts';

const LEVELS: ReadonlySet<string> = new Set(['debug', 'info', 'warn', 'error', 'silent']);

/** The bot's log: JSON lines in `<dataDir>/log/ao.log`, each on disk when the call returns. Level from AO_LOG_LEVEL. */
export function openLog(
  dataDir: string,
  level: string | undefined,
  redact: Redact,
): Log & { readonly file: string } {
  const folder = join(dataDir, 'log');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'ao.log');
  const destination = pino.destination({ dest: file, sync: true, mode: 0o600 });
  // A full disk must not end the bot for want of a log line.
  destination.on('error', () => {});
  const log = createLog({
    level: LEVELS.has(level ?? '') ? (level as LogLevel) : 'info',
    redact,
    write: (line) => void destination.write(line),
  });
  return {
    file,
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => log.error(fields, message),
  };
}
