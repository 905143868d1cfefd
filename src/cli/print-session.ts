import type { SessionView } from '../commands/views.ts';
import { plainLine } from '../lib/plain-text.ts';
import type { Cli } from './cli.ts';
import type { CommonOptions } from './common-options.ts';

/** One line about a session after something was done to it. `next`: what to do or to expect. */
export function printSession(
  cli: Cli,
  session: SessionView,
  options: CommonOptions,
  next: string | null = null,
): void {
  cli.out(
    options.json
      ? JSON.stringify(session, null, 2)
      : `${session.id}  ${session.status}  ${plainLine(session.turnText)}${next === null ? '' : `  ${next}`}`,
  );
}

export const sessionPath = (id: string, rest = ''): string =>
  `/api/sessions/${encodeURIComponent(id)}${rest}`;
