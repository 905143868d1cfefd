import type { Clock } from '../../../src/lib/clock.ts';
import { transient } from '../../../src/slots/errors.ts';
import type { Connection } from './connection.ts';
import { endProcesses } from './end-processes.ts';
import { findPane } from './panes.ts';
import { ignoreRefusal } from './refusal.ts';
import { remindOfChildren } from './remind-of-children.ts';

/** Ends the pane's processes, those that left its tree included, then removes the session. */
export async function killPane(
  connection: Connection,
  handle: string,
  graceMs: number,
  clock: Clock,
): Promise<void> {
  const pane = await findPane(connection, handle);
  if (!pane) return;
  const server = await connection.server();
  const survivors = await endProcesses(
    { pid: pane.pid, pane: pane.pane, server: `${server.socketPath},${server.pid}` },
    graceMs,
    clock,
  );
  if (survivors.length > 0)
    throw transient(
      'AO_TMUX_KILL',
      `Processes ${survivors.join(', ')} of ${pane.id} did not end, not even by SIGKILL; ao tries again.`,
    );
  remindOfChildren(server.pid);
  await connection.run(['kill-session', '-t', pane.pane]).catch(ignoreRefusal);
}
