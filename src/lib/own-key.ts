import { createHash } from 'node:crypto';

/**
 * An id that a client chose, as this person's own: somebody else who sends the same one (they are seen in threads) means something
 * else by it, and never gets the answer that was meant for the first.
 */
export const ownKey = (subject: string, key: string): string =>
  createHash('sha256')
    .update(JSON.stringify([subject, key]))
    .digest('base64url')
    .slice(0, 32);
