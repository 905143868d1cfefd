import type { Cli } from './cli.ts';
import { printStatus } from './status.ts';
import type { StatusOptions } from './status-path.ts';

/** Shortest time between two pictures, ms: a burst of changes is one. */
const PAUSE = 250;
const CLEAR = '\u001b[2J\u001b[H';

/** Prints the table again whenever a session changes, until the bot goes away or Ctrl-C. */
export async function watchStatus(
  cli: Cli,
  project: string | undefined,
  options: StatusOptions,
): Promise<void> {
  const ended = new AbortController();
  const stop = (): void => ended.abort();
  process.once('SIGINT', stop);
  const screen: Cli = {
    ...cli,
    out: (text) => cli.out(cli.columns === null ? text : `${CLEAR}${text}`),
  };
  let drawing: Promise<void> = Promise.resolve();
  let waiting: NodeJS.Timeout | null = null;
  let failure: unknown = null;

  const draw = (): void => {
    waiting = null;
    drawing = drawing
      .then(() => printStatus(screen, project, options))
      .catch((error: unknown) => {
        failure = error;
        ended.abort();
      });
  };
  draw();
  try {
    await cli.api(options).events(({ type }) => {
      if (type === 'session' || type === 'reset') waiting ??= setTimeout(draw, PAUSE);
    }, ended.signal);
    await drawing;
  } finally {
    if (waiting !== null) clearTimeout(waiting);
    process.removeListener('SIGINT', stop);
  }
  if (failure !== null) throw failure;
}
