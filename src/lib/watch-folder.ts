import { type FSWatcher, watch } from 'node:fs';
import type { Clock, Millis } from './clock.ts';

/**
 * Calls `onChange` with the name of the file that changed in `folder`, or null when any may have. The folder may not
 * exist yet: it is looked for at every `sweepEvery` ms, which is also the safety net for file systems that don't tell.
 */
export function watchFolder(folder: string, clock: Clock, sweepEvery: Millis, onChange: (file: string | null) => void): { close(): void } {
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
    if (watcher === null) open();
    onChange(null);
    timer = clock.after(sweepEvery, sweep);
  };
  open();
  timer = clock.after(sweepEvery, sweep);
  return {
    close() {
      closed = true;
      timer.cancel();
      drop();
    },
  };
}
