import type { Clock } from '../../../src/lib/clock.ts';

/** How late the push of an exit that tmux missed may be. */
const EVERY_MS = 200;

/**
 * tmux 3.3a misses the end of about one process in ten and leaves a zombie: no status, no `pane-died`. At the next SIGCHLD it looks at all its
 * children. Measured with nothing but tmux: programs that ran 0.1 s, 8 of 60 were not reaped 0.3 s later.
 */
export function remindOfChildren(serverPid: number): void {
  try {
    if (serverPid > 1) process.kill(serverPid, 'SIGCHLD');
  } catch {
    // The server ended meanwhile; the connection will tell.
  }
}

/** Reminds the server again and again, so that an exit is pushed whether or not somebody looks. One system call a time. */
export function keepReminding(clock: Clock, serverPid: number): { cancel(): void } {
  const next = (): { cancel(): void } =>
    clock.after(EVERY_MS, () => {
      remindOfChildren(serverPid);
      timer = next();
    });
  let timer = next();
  return { cancel: () => timer.cancel() };
}
