import type { PluginContext } from '../../../src/slots/plugin.ts';
import { helperProgram } from '../../shared/place/helper-program.ts';
import { openTunnel, type Tunnel } from '../../shared/place/tunnel.ts';
import { LABEL, type Listed } from './containers.ts';
import type { Engine } from './engine.ts';
import { containerPlace } from './exec-place.ts';

/** The ways from containers to ao: one for each that runs, whoever started it. */
export interface Tunnels {
  /** Opens those that are missing and closes those whose container is over. */
  keep(running: readonly Listed[], sessionOf: (container: Listed) => string): void;
  close(container: string): void;
  closeAll(): void;
}

export function dockerTunnels(engine: Engine, context: PluginContext): Tunnels {
  const open = new Map<string, Tunnel>();
  const close = (container: string): void => {
    open.get(container)?.close();
    open.delete(container);
  };
  return {
    keep(running, sessionOf) {
      const alive = new Set(running.map(({ Id }) => Id));
      for (const id of [...open.keys()]) if (!alive.has(id)) close(id);
      for (const container of running) {
        const port = Number(container.Labels[LABEL.port]);
        if (open.has(container.Id) || !Number.isInteger(port)) continue;
        open.set(
          container.Id,
          openTunnel({
            place: containerPlace(engine, container.Id),
            argv: [process.execPath, helperProgram(), `${port}`],
            port,
            clock: context.clock,
            logger: context.logger,
            id: sessionOf(container),
          }),
        );
      }
    },
    close,
    closeAll() {
      for (const id of [...open.keys()]) close(id);
    },
  };
}
