import { keepAuditHead } from '../db/audit-anchor.ts';
import { auditHead } from '../db/audit-store.ts';
import type { Db } from '../db/open.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../slots/plugin.ts';

const EVERY = 60_000;

interface Parts {
  readonly db: Db;
  readonly dataDir: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Writes the end of the audit log beside the database every minute, and into the log once a day: whoever changes the database can
 * make its chain anew, but then it no longer fits what was written down.
 */
export function createAuditAnchoring({ db, dataDir, clock, logger }: Parts): {
  start(): void;
  /** Also keeps the last row, so it comes after everything that writes one. */
  stop(): void;
} {
  let timer: { cancel(): void } | null = null;
  const keep = (): void => {
    const head = auditHead(db);
    if (head === null) return;
    const day = new Date(clock.now()).toISOString().slice(0, 10);
    try {
      if (keepAuditHead(dataDir, { day, ...head }))
        logger.info({ ...head }, 'the audit log ends here');
    } catch (error) {
      logger.warn({ err: error }, 'the end of the audit log could not be written down');
    }
  };
  const round = (): void => {
    keep();
    timer = clock.after(EVERY, round);
  };
  return {
    start: round,
    stop() {
      timer?.cancel();
      keep();
    },
  };
}
