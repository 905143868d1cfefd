import type { Millis } from '../../../src/domain/session/time.ts';
import { spokenTime } from '../../../src/lib/spoken-time.ts';

const LIMIT =
  /usage limit|limit (?:has been )?reached|limit exceeded|hit your .*limit|quota (?:exceeded|exhausted|reached)|(?:exceeded|exhausted) your (?:current )?quota|insufficient[ _]quota|resource.?exhausted|out of credits/i;

/** A usage limit ends by itself; when, only where the words say so. Null: these words tell of something else. */
export function limitOf(text: string, now: Millis): { readonly resetAt: Millis | null } | null {
  return LIMIT.test(text) ? { resetAt: spokenTime(text, now) } : null;
}
