import type { Cli } from './cli.ts';
import { usageError } from './cli-error.ts';

/** The session that was named, else the one this command runs in. */
export function ownSession(cli: Cli, given: string | undefined): string {
  const id = given ?? cli.env.AO_SESSION;
  if (!id)
    throw usageError(
      'which session?  Name it, or run this in the terminal of one (AO_SESSION is not set).',
    );
  return id;
}
