import type { KeyedMutex } from '../../../src/lib/keyed-mutex.ts';
import { transient } from '../../../src/slots/errors.ts';
import type { PluginContext } from '../../../src/slots/plugin.ts';
import type { ObservedRuntime } from '../../../src/slots/runtime.ts';
import type { Containers, Listed } from './containers.ts';
import type { Exits } from './exits.ts';
import { observed } from './facts.ts';
import type { Terminals } from './terminals.ts';
import type { Tunnels } from './tunnels.ts';

export interface Look {
  start(): void;
  stop(): void;
  observe(): Promise<readonly ObservedRuntime[]>;
  /** One round for what hangs on running containers: terminals and the ways to ao. */
  soon(): Promise<void>;
}

/** What the engine says of this bot's containers. The engine is the truth: neither a terminal nor a connection that ends says anything of an agent. */
export function createLook(parts: {
  context: PluginContext;
  containers: Containers;
  terminals: Terminals;
  tunnels: Tunnels;
  exits: Exits;
  lock: KeyedMutex;
}): Look {
  const { context, containers, terminals, exits } = parts;
  let isStarted = false;
  let off = (): void => undefined;

  const list = async (): Promise<readonly Listed[]> => {
    if (!isStarted) throw transient('AO_DOCKER_STOPPED', 'The docker runtime is not started.');
    return await containers.list();
  };
  const keep = (all: readonly Listed[]): void => {
    // Stopped meanwhile: what is opened now would stay open.
    if (!isStarted) return;
    const running = all.filter(({ State }) => State === 'running');
    parts.tunnels.keep(running, containers.sessionOf);
    for (const container of running) {
      const session = containers.sessionOf(container);
      parts
        .lock(`terminal ${session}`, () => terminals.attach(session, container.Id))
        .catch((error: unknown) =>
          context.logger.debug({ session, err: error }, 'a container can not be shown yet'),
        );
    }
  };
  const observe = async (): Promise<readonly ObservedRuntime[]> => {
    const all = await list();
    keep(all);
    const at = context.clock.now();
    const seen: ObservedRuntime[] = [];
    for (const container of all) {
      if (container.State === 'removing') continue;
      const session = containers.sessionOf(container);
      const end = await exits.of(container);
      if (end !== null) exits.push(session, container.Id, end);
      seen.push(observed(session, container, end, at));
    }
    return seen;
  };
  return {
    start() {
      isStarted = true;
      // The docker program ends with its container, so its pane says when to look.
      off = terminals.tmux.onExit(() => void observe().catch(() => undefined));
    },
    stop() {
      isStarted = false;
      off();
    },
    observe,
    soon: async () => keep(await list()),
  };
}
