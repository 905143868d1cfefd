import { type Clock, pause } from '../../../src/lib/clock.ts';
import { PluginError, rejected } from '../../../src/slots/errors.ts';
import type { Containers } from './containers.ts';
import type { Terminals } from './terminals.ts';

/** How often it is asked whether a container that is started runs, ms, and for how long. */
const ASK_EVERY = 50;
const START_MS = 60_000;

/**
 * Starts a container and resolves when its program runs, or has run. Throws `rejected` with the engine's reason when it can't; the container
 * is gone then.
 */
export async function begin(
  parts: { readonly clock: Clock; readonly containers: Containers; readonly terminals: Terminals },
  session: string,
  container: string,
): Promise<void> {
  const { clock, containers, terminals } = parts;
  await terminals.start(session, container);
  const deadline = clock.now() + START_MS;
  for (;;) {
    const found = await containers.inspect(container);
    const { Status = 'removed', Error: words = '' } = found?.State ?? {};
    if (Status !== 'created' && Status !== 'removed') return;
    const isOver = words !== '' || Status === 'removed' || (await hasEnded(terminals, session));
    if (!isOver && clock.now() < deadline) {
      await pause(clock, ASK_EVERY);
      continue;
    }
    const shown = words || (await lastLine(terminals, session));
    await terminals.close(session);
    await containers.remove(container);
    throw rejected('AO_DOCKER_START', `The container of ${session} could not be started: ${shown}`);
  }
}

async function hasEnded(terminals: Terminals, session: string): Promise<boolean> {
  const shown = (await terminals.tmux.observe()).find(({ id }) => id === session);
  return shown !== undefined && shown.fact.state === 'exited';
}

/** What the docker program said. */
async function lastLine(terminals: Terminals, session: string): Promise<string> {
  try {
    const text = await terminals.tmux.capture(await terminals.of(session), 20);
    const said = text.split('\n').filter((line) => /\w/.test(line) && !/Pane is dead/.test(line));
    return said.at(-1) ?? 'no reason given';
  } catch (error) {
    if (error instanceof PluginError) return 'no reason given';
    throw error;
  }
}
