import type { Logger } from '../../../src/slots/plugin.ts';
import { formatHandle } from './handle.ts';
import type { Pane } from './panes.ts';
import { EXIT_MARK } from './prepare-server.ts';

export type ExitListener = (id: string, handle: string, exitCode: number | null) => void;

export interface ExitWatch {
  subscribe(listener: ExitListener): () => void;
  /** A control-mode notification; the one the `pane-died` hook causes makes it look. */
  notification(name: string, rest: string): void;
  /** Looks now, and tells of every dead pane not told of before. */
  check(): void;
  /** Panes somebody listed anyway: their exits are told too. */
  seen(panes: readonly Pane[]): void;
}

/** Turns "some pane died" into one call per exit. The push says only that; what died is read, never taken from its text. */
export function exitWatch(list: () => Promise<readonly Pane[]>, logger: Logger): ExitWatch {
  const listeners = new Set<ExitListener>();
  let told = new Set<string>();
  let looking = false;
  let again = false;

  const seen = (panes: readonly Pane[]): void => {
    const dead = new Map(
      panes.filter((pane) => pane.dead).map((pane) => [formatHandle(pane.handle), pane]),
    );
    const fresh = [...dead].filter(([handle]) => !told.has(handle));
    told = new Set(dead.keys());
    for (const [handle, pane] of fresh)
      for (const listener of listeners) listener(pane.id, handle, pane.exitCode);
  };
  const check = (): void => {
    if (looking) {
      again = true;
      return;
    }
    looking = true;
    list()
      .then(seen)
      // The next round of `observe` sees what this one missed.
      .catch((error: unknown) => logger.debug({ err: error }, 'could not look for exited agents'))
      .finally(() => {
        looking = false;
        if (again) {
          again = false;
          check();
        }
      });
  };
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    notification(name, rest) {
      if (name === 'window-renamed' && rest.endsWith(` ${EXIT_MARK}`)) check();
    },
    check,
    seen,
  };
}
