/*
 * Which failures of a connection pass by themselves. Only what is named here is tried again; anything else would fail the same way
 * the next time, and people hear its reason at once.
 */

/** Of the system, of undici, of an HTTP parser that got something else, and of nodemailer. */
const PASSING_CODES =
  /^(?:ECONN\w*|EPIPE|ETIMEDOUT|ESOCKET\w*|ENET\w+|EHOST\w+|EAI_\w+|ENOTFOUND|ENODATA|ESERVFAIL|EADDRNOTAVAIL|EDNS|EMFILE|ENFILE|ENOMEM|EAGAIN|UND_ERR_(?!INVALID)\w+|HPE_\w+|ERR_STREAM_PREMATURE_CLOSE|ERR_HTTP2_\w+)$/;
const PASSING_NAMES = new Set(['AbortError', 'TimeoutError', 'SyntaxError']);
const PASSING_WORDS =
  /fetch failed|socket hang up|other side closed|^terminated$|timed out|timeout|temporar|try again|something went wrong/i;

/** A certificate, a protocol or an address: these stay wrong until somebody puts them right. */
const LASTING_CODES =
  /^(?:CERT_\w+|\w*SELF_SIGNED_CERT\w*|UNABLE_TO_\w+|HOSTNAME_MISMATCH|ERR_TLS_\w+|ERR_SSL_\w+|EPROTO|ERR_INVALID_\w+|ETLS)$/;

/** A failure of the connection that names a reason which passes: an outage, a limit in time, an answer that isn't one. */
export function isPassingFailure(error: unknown): boolean {
  const all = chainOf(error);
  if (all.some(({ code }) => code !== undefined && LASTING_CODES.test(code))) return false;
  return all.some(
    ({ code, name, message }) =>
      (code !== undefined && PASSING_CODES.test(code)) ||
      PASSING_NAMES.has(name) ||
      PASSING_WORDS.test(message),
  );
}

/** Whether a certificate, a protocol or an address is what is wrong. */
export const isLastingFailure = (error: unknown): boolean =>
  chainOf(error).some(({ code }) => code !== undefined && LASTING_CODES.test(code));

interface Link {
  readonly code: string | undefined;
  readonly name: string;
  readonly message: string;
}

const DEPTH = 5;

/** The error, its causes, and the single ones of an AggregateError (two addresses of one host). */
function chainOf(error: unknown, depth = 0): readonly Link[] {
  if (!(error instanceof Error) || depth > DEPTH) return [];
  const { code, errors } = error as Error & { code?: unknown; errors?: unknown };
  return [
    {
      code: typeof code === 'string' ? code : undefined,
      name: error.name,
      message: error.message,
    },
    ...chainOf(error.cause, depth + 1),
    ...(Array.isArray(errors) ? errors.flatMap((each) => chainOf(each, depth + 1)) : []),
  ];
}
