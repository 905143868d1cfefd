import { createHash, timingSafeEqual } from 'node:crypto';

export const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Constant time: digests have one length whatever was sent. An empty secret never matches. */
export const sameSecret = (given: string, secret: string): boolean =>
  secret !== '' && timingSafeEqual(sha256(given), sha256(secret));
