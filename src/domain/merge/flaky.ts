import type { Check } from '../session/facts.ts';
import { faultOf, mayPassAgain } from './check-faults.ts';

/**
 * Words of failures that come from the network or the machine, seen in CI logs everywhere. A failure that names a
 * test or a compiler error besides is not taken for flaky.
 */
const INFRASTRUCTURE = [
  /ECONNRESET|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|EPIPE/,
  /socket hang up|connection reset by peer|connection timed out|network is unreachable|temporary failure in name resolution/i,
  /\b(502|503|504)\b.*(bad gateway|service unavailable|gateway time-?out)/i,
  /the runner has received a shutdown signal|lost communication with the server|no space left on device|the operation was canceled/i,
  /TLS handshake timeout|could not resolve host|rate limit exceeded|toomanyrequests/i,
];
const CODE = [
  /\b(AssertionError|SyntaxError|TypeError|ReferenceError)\b/,
  /\berror TS\d+/,
  /\bnot ok \d+/,
  /expected .* (to|but)/i,
  /\d+ (failing|failed)\b/,
];

/** Looks like it would pass when run again: rerun once before anybody is woken. */
export function looksFlaky(check: Check): boolean {
  const fault = faultOf(check);
  if (fault !== 'code') return mayPassAgain(fault);
  if (check.excerpt === null) return false;
  const text = check.excerpt;
  return (
    INFRASTRUCTURE.some((pattern) => pattern.test(text)) &&
    !CODE.some((pattern) => pattern.test(text))
  );
}
