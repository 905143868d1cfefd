import { keyedMutex } from '../../../src/lib/keyed-mutex.ts';
import { notFound, rejected } from '../../../src/slots/errors.ts';
import type { PluginContext } from '../../../src/slots/plugin.ts';
import type { RuntimePlugin, RuntimeSpec } from '../../../src/slots/runtime.ts';
import { begin } from './begin.ts';
import type { DockerConfig } from './config.ts';
import { containersOf, installationOf, LABEL, type Listed } from './containers.ts';
import { createContainer, type Making } from './create-container.ts';
import { doctor } from './doctor.ts';
import { dockerEngine } from './engine.ts';
import { containerExits } from './exits.ts';
import { handleOf } from './facts.ts';
import { killContainer } from './kill-container.ts';
import { createLook } from './look.ts';
import { resourcesOf } from './stats.ts';
import { dockerTerminals } from './terminals.ts';
import { dockerTunnels } from './tunnels.ts';

/** Agents in containers of the Docker engine of this machine, one each. Builds only; `start` connects. */
export function createDockerRuntime(config: DockerConfig, context: PluginContext): RuntimePlugin {
  const engine = dockerEngine(config.socket);
  const installation = installationOf(context.dataDir);
  const containers = containersOf(engine, installation);
  const terminals = dockerTerminals(config, context);
  const tunnels = dockerTunnels(engine, context);
  const making: Making = { config, context, engine, containers, installation };
  const lock = keyedMutex();
  const exits = containerExits(containers);
  const look = createLook({ context, containers, terminals, tunnels, exits, lock });
  const terminal = async (handle: string): Promise<string> => {
    const { session, container } = partsOf(handle);
    if ((await containers.inspect(container)) === null)
      throw notFound('AO_DOCKER_GONE', `The container of ${session} is gone.`);
    return await terminals.of(session);
  };

  return {
    where: `docker engine ${config.socket}`,
    async start() {
      await terminals.tmux.start();
      look.start();
    },
    async stop() {
      look.stop();
      tunnels.closeAll();
      await terminals.tmux.stop();
    },
    create: (spec) =>
      lock(spec.id, async () => {
        const found = await take(making, spec);
        const id = found ?? (await createContainer(making, spec));
        if (found === null)
          await begin({ clock: context.clock, containers, terminals }, spec.id, id);
        await look.soon();
        return { handle: handleOf(spec.id, id), pid: null };
      }),
    observe: () => look.observe(),
    onExit: exits.subscribe,
    write: async (handle, text, options) =>
      terminals.tmux.write(await terminal(handle), text, options),
    keys: async (handle, keys) => terminals.tmux.keys(await terminal(handle), keys),
    capture: async (handle, lines) => terminals.tmux.capture(await terminal(handle), lines),
    kill: (handle, { graceMs }) => {
      const { session, container } = partsOf(handle);
      return lock(session, async () => {
        tunnels.close(container);
        await killContainer(making, terminals, { session, container, graceMs });
        exits.forget(container);
      });
    },
    attach: (handle) => terminals.attachTo(partsOf(handle).session),
    resources: (handles) => resourcesOf(engine, handles, (handle) => partsOf(handle).container),
    doctor: () => doctor(making),
  };
}

/** A container of this session and launch that is there already. What is in the way is moved aside or, when it is over, removed. */
async function take(making: Making, spec: RuntimeSpec): Promise<string | null> {
  const { containers, engine } = making;
  const all = (await containers.list()).filter((one) => containers.sessionOf(one) === spec.id);
  for (const one of all) {
    if (!isRunning(one)) await containers.remove(one.Id);
    else if (spec.key === undefined || one.Labels[LABEL.launch] === spec.key) return one.Id;
    // Of another life of ao: somebody may still want what that agent does.
    else
      await engine.call(
        'POST',
        `/containers/${one.Id}/rename?name=${containers.nameOf(`${spec.id}-left-${one.Id.slice(0, 8)}`)}`,
      );
  }
  return null;
}

const isRunning = ({ State }: Listed): boolean => State === 'running' || State === 'paused';

function partsOf(handle: string): { session: string; container: string } {
  const [, session, container] = /^([a-z0-9-]+)@([0-9a-f]{12,64})$/.exec(handle) ?? [];
  if (session === undefined || container === undefined)
    throw rejected('AO_DOCKER_HANDLE', `"${handle}" is not a handle of the docker runtime.`);
  return { session, container };
}
