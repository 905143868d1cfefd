import { type FSWatcher, watch } from 'node:fs';
import type { Clock, Millis } from './clock.ts';

/** How often a folder that isn't there yet is looked for, ms. */
const LOOK_EVERY = 100;

/**
 * Calls `onChange` with the name of the file that changed in `folder`, or null when any may have. The folder may not
 * exist yet. Every `sweepEvery` ms is the safety net for file systems that don't tell.
 */
export function watchFolder(
  folder: string,
  clock: Clock,
  sweepEvery: Millis,
  onChange: (file: string | null) => void,
): { close(): void } {
  let watcher: FSWatcher | null = null;
  let closed = false;
  let timer: { cancel(): void };
  const drop = (): void => {
    watcher?.close();
    watcher = null;
  };
  const open = (): void => {
    try {
      watcher = watch(folder, { persistent: false }, (_event, file) => onChange(file));
      watcher.on('error', drop);
    } catch {
      // Not there yet; the sweep tries again.
      watcher = null;
    }
  };
  const sweep = (): void => {
    if (closed) return;
    const missing = watcher === null;
    if (missing) open();
    if (!missing || watcher !== null) onChange(null);
    timer = clock.after(watcher === null ? LOOK_EVERY : sweepEvery, sweep);
  };
  open();
  timer = clock.after(watcher === null ? LOOK_EVERY : sweepEvery, sweep);
  return {
    close() {
      closed = true;
      timer.cancel();
      drop();
    },
  };
}
