import type { Session } from '../domain/session/session.ts';
import type { AgentTerminal } from '../slots/agent.ts';
import type { RuntimePlugin } from '../slots/runtime.ts';
import type { Dispatch } from './dispatch.ts';
import type { Plugins } from './plugins.ts';

/**
 * The runtime of a session whose agent is started or was found there. Which engine that is, is on disk before the world is touched: a start
 * in doubt is looked for where it was made, whatever the configuration says by then.
 */
export function placed(plugins: Plugins, dispatch: Dispatch, session: Session): RuntimePlugin {
  const runtime = plugins.runtime(session);
  const place = session.place ?? plugins.placeOf(session.project);
  const at = runtime.where ?? null;
  if (session.place === undefined || place.at !== at)
    dispatch.input(session.id, { type: 'fact', fact: { type: 'placed', place: { ...place, at } } });
  return runtime;
}

export const terminalOf = (runtime: RuntimePlugin, handle: string): AgentTerminal => ({
  write: (text, options) => runtime.write(handle, text, options),
  keys: (keys) => runtime.keys(handle, keys),
  capture: (lines) => runtime.capture(handle, lines),
});
