import { execFileSync } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';

/** A line an agent wrote, and when it was read (performance.now). */
export interface Signal {
  readonly words: string;
  readonly at: number;
}

export interface Signals {
  readonly path: string;
  /** Resolves with the first line from now on, or seen already and not taken, that `wanted` holds for. */
  next(wanted: (words: string) => boolean, timeoutMs?: number): Promise<Signal>;
  close(): void;
}

/** A named pipe: whoever writes a line into it is heard within a fraction of a millisecond, whatever started it. */
export function openSignals(path: string): Signals {
  execFileSync('mkfifo', [path]);
  // Opened for both ways, so that it never ends while no writer has it open.
  const socket = new Socket({ fd: openSync(path, constants.O_RDWR | constants.O_NONBLOCK) });
  const seen: Signal[] = [];
  const waiting = new Set<() => void>();
  let rest = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    const at = performance.now();
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    seen.push(...lines.map((words) => ({ words, at })));
    for (const look of waiting) look();
  });
  return {
    path,
    next(wanted, timeoutMs = 30_000) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`no such signal within ${timeoutMs} ms`));
        }, timeoutMs);
        const look = (): void => {
          const index = seen.findIndex((signal) => wanted(signal.words));
          const found = seen[index];
          if (found === undefined) return;
          seen.splice(index, 1);
          waiting.delete(look);
          clearTimeout(timer);
          resolve(found);
        };
        waiting.add(look);
        look();
      });
    },
    close: () => socket.destroy(),
  };
}
