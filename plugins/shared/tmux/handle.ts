import { rejected } from '../../../src/slots/errors.ts';
import type { ServerIdentity } from './server-identity.ts';

/** `app-7:%12@4711.1795240123`: session name, pane id, and the server's life, because pane ids start again in the next. */
export interface Handle {
  readonly id: string;
  readonly pane: string;
  readonly server: string;
}

export const serverMark = (server: Pick<ServerIdentity, 'pid' | 'startedAt'>): string =>
  `${server.pid}.${server.startedAt}`;

export const formatHandle = (handle: Handle): string =>
  `${handle.id}:${handle.pane}@${handle.server}`;

export function parseHandle(text: string): Handle {
  const [, id, pane, server] = /^([a-z0-9-]+):(%\d+)@(\d+\.\d+)$/.exec(text) ?? [];
  if (id === undefined || pane === undefined || server === undefined)
    throw rejected('AO_TMUX_HANDLE', `"${text}" is not a handle of the tmux runtime.`);
  return { id, pane, server };
}
