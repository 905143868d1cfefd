import { join } from 'node:path';
import { notFound } from '../../../src/slots/errors.ts';
import type { PluginContext } from '../../../src/slots/plugin.ts';
import type { RuntimePlugin } from '../../../src/slots/runtime.ts';
import { tmuxConfig } from '../../shared/tmux/config.ts';
import { formatHandle } from '../../shared/tmux/handle.ts';
import { createTmuxRuntime } from '../../shared/tmux/tmux-runtime.ts';
import type { DockerConfig } from './config.ts';

/** Nobody types this by accident: a person must not leave the container's terminal behind without ao. */
const NO_DETACH = Array.from({ length: 4 }, () => 'ctrl-@,ctrl-^,ctrl-_').join(',');

/**
 * The terminals of containers: each a pane of a tmux server of ao's on this machine, in which the docker program is attached to the
 * container. A terminal that is lost says nothing of the agent, which the engine keeps; it is opened again.
 */
export interface Terminals {
  readonly tmux: RuntimePlugin;
  /** Starts the container and shows it from its first line on. */
  start(session: string, container: string): Promise<void>;
  /** Shows a running container, if it isn't shown. */
  attach(session: string, container: string): Promise<void>;
  /** Handle in tmux. Throws `not_found` where there is no terminal of this container. */
  of(session: string): Promise<string>;
  close(session: string): Promise<void>;
  /** What a person types here to look at it. */
  attachTo(session: string): ReturnType<RuntimePlugin['attach']>;
}

export function dockerTerminals(config: DockerConfig, context: PluginContext): Terminals {
  const tmux = createTmuxRuntime(tmuxConfig.parse({}), {
    ...context,
    dataDir: join(context.dataDir, 'terminals'),
  });
  const open = async (session: string, container: string, verb: readonly string[]) => {
    await tmux.create({
      id: session,
      cwd: '/',
      argv: [
        config.bin,
        '--host',
        `unix://${config.socket}`,
        ...verb,
        '--detach-keys',
        NO_DETACH,
        container,
      ],
      env: { ...context.env, TERM: 'xterm-256color' },
      // Of another container of the same session, one before: it isn't this one's terminal.
      key: container,
      columns: 200,
      rows: 50,
    });
  };
  const find = async (session: string) => (await tmux.observe()).find(({ id }) => id === session);
  return {
    tmux,
    start: (session, container) => open(session, container, ['start', '--attach', '--interactive']),
    async attach(session, container) {
      if ((await find(session))?.fact.state === 'alive') return;
      await open(session, container, ['attach', '--sig-proxy=false']);
    },
    async of(session) {
      const found = await find(session);
      if (found === undefined)
        throw notFound('AO_DOCKER_TERMINAL', `The terminal of ${session} is gone.`);
      return found.handle;
    },
    attachTo: (session) => tmux.attach(formatHandle({ id: session, pane: '%0', server: '0.0' })),
    async close(session) {
      const found = await find(session);
      if (found !== undefined) await tmux.kill(found.handle, { graceMs: 0 });
    },
  };
}
