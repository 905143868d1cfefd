import { type FSWatcher, statSync, watch } from 'node:fs';
import type { Clock, Millis } from './clock.ts';

/** How often a folder that isn't there yet is looked for, ms. */
const LOOK_EVERY = 100;

/**
 * Calls `onChange` with the name of the file that changed in `folder`, or null when any may have. The folder may not
 * exist yet, and may be replaced by another one. Every `sweepEvery` ms is the safety net for file systems that don't tell.
 */
export function watchFolder(
  folder: string,
  clock: Clock,
  sweepEvery: Millis,
  onChange: (file: string | null) => void,
): { close(): void } {
  let open: { readonly watcher: FSWatcher; readonly identity: string } | null = null;
  let closed = false;
  let timer: { cancel(): void };
  const drop = (): void => {
    open?.watcher.close();
    open = null;
  };
  const tryOpen = (): void => {
    const identity = identityOf(folder);
    if (identity === null) return;
    try {
      const watcher = watch(folder, { persistent: false }, (_event, file) => onChange(file));
      watcher.on('error', drop);
      open = { watcher, identity };
    } catch {
      // Gone meanwhile, or not to be read; the sweep tries again.
      open = null;
    }
  };
  const sweep = (): void => {
    if (closed) return;
    // The watch of a folder that was moved or removed stays with the old one, and says nothing of the new.
    if (open !== null && open.identity !== identityOf(folder)) drop();
    const missing = open === null;
    if (missing) tryOpen();
    if (!missing || open !== null) onChange(null);
    timer = clock.after(open === null ? LOOK_EVERY : sweepEvery, sweep);
  };
  tryOpen();
  timer = clock.after(open === null ? LOOK_EVERY : sweepEvery, sweep);
  return {
    close() {
      closed = true;
      timer.cancel();
      drop();
    },
  };
}

/** Null when there is no folder at the path. */
function identityOf(folder: string): string | null {
  try {
    const stat = statSync(folder);
    return stat.isDirectory() ? `${stat.dev} ${stat.ino}` : null;
  } catch {
    // Its way there can't be searched; the sweep tries again.
    return null;
  }
}
