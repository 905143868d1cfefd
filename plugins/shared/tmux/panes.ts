import { notFound } from '../../../src/slots/errors.ts';
import type { Connection } from './connection.ts';
import { CONTROL_SESSION } from './control-client.ts';
import { type Handle, parseHandle, serverMark } from './handle.ts';
import { remindOfChildren } from './remind-of-children.ts';

/** One agent's pane. */
export interface Pane {
  readonly id: string;
  readonly handle: Handle;
  readonly pid: number;
  readonly dead: boolean;
  /** Null while it runs, and when a signal ended it. */
  readonly exitCode: number | null;
}

// Nothing an agent can choose (titles, commands) is in here, so no line can be forged.
const FORMAT = [
  'pid',
  'start_time',
  'session_name',
  'pane_id',
  'pane_pid',
  'pane_dead',
  'pane_dead_status',
  'pane_dead_signal',
]
  .map((name) => `#{${name}}`)
  .join('\t');

/** Every agent's pane of the server, in one command; in two when one of them ended at that very moment. */
export async function listPanes(connection: Connection): Promise<Pane[]> {
  const seen = await readPanes(connection);
  // Reaped between tmux's answer and our look at the process: tmux knows by now how it ended.
  const panes = seen.some((pane) => pane.dead && !pane.statusKnown)
    ? await readPanes(connection)
    : seen;
  return panes.map(({ statusKnown: _, ...pane }) => pane);
}

type Read = Pane & { readonly statusKnown: boolean };

async function readPanes(connection: Connection): Promise<Read[]> {
  const panes = new Map<string, Read>();
  for (const line of await connection.run(['list-panes', '-a', '-F', FORMAT])) {
    const pane = parsePane(line);
    if (!pane) continue;
    // The agent's pane is the session's first; others were split off by a person.
    const known = panes.get(pane.id);
    if (!known || paneNumber(pane) < paneNumber(known)) panes.set(pane.id, pane);
  }
  return [...panes.values()];
}

function parsePane(line: string): Read | null {
  const [serverPid, startedAt, id, pane, pid, closed, status, signal] = line.split('\t');
  if (id === undefined || pane === undefined || id === CONTROL_SESSION) return null;
  const server = serverMark({ pid: Number(serverPid), startedAt: startedAt ?? '' });
  // The terminal closes a moment before tmux learns how the process ended; until then it is not told as an exit.
  const statusKnown = Boolean(status) || Boolean(signal);
  const dead = closed === '1' && (statusKnown || !isRunning(Number(pid)));
  if (closed === '1' && !statusKnown) remindOfChildren(Number(serverPid));
  return {
    id,
    handle: { id, pane, server },
    pid: Number(pid),
    dead,
    exitCode: dead && status ? Number(status) : null,
    statusKnown,
  };
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const paneNumber = (pane: Pane): number => Number(pane.handle.pane.slice(1));

export interface PaneState {
  readonly pane: string;
  readonly id: string;
  readonly pid: number;
  readonly dead: boolean;
  /** A person scrolls in it: keys would go to tmux's copy mode. */
  readonly inMode: boolean;
}

/** The pane behind a handle, or null when it is gone (or belonged to an earlier server). */
export async function findPane(connection: Connection, text: string): Promise<PaneState | null> {
  const handle = parseHandle(text);
  if (handle.server !== serverMark(await connection.server())) return null;
  // For a target that doesn't exist tmux answers with empty values, not with an error.
  const [line] = await connection.run([
    'display-message',
    '-p',
    '-t',
    handle.pane,
    '#{pane_id} #{pane_pid} #{pane_dead} #{pane_in_mode}',
  ]);
  const [pane, pid, dead, mode] = (line ?? '').split(' ');
  if (pane !== handle.pane) return null;
  return {
    pane,
    id: handle.id,
    pid: Number(pid),
    dead: dead === '1',
    inMode: mode !== undefined && mode !== '' && mode !== '0',
  };
}

export async function requirePane(connection: Connection, handle: string): Promise<PaneState> {
  const pane = await findPane(connection, handle);
  if (!pane)
    throw notFound(
      'AO_TMUX_GONE',
      `The terminal of ${parseHandle(handle).id} is gone: its tmux session was closed or the tmux server ended. Restore the session to start the agent again.`,
    );
  return pane;
}
