import { getHeapStatistics, setFlagsFromString } from 'node:v8';

/**
 * Tells V8 to prefer little memory to a few per cent of speed: by default its young generation grows with every burst of
 * work and is never given back, which doubled the resident size of a bot that waits for I/O nearly all the time. The last
 * of V8's compilers costs 10 MiB (its own code, and what it makes) for the loops of arithmetic a bot has none of; the one
 * below it still compiles what is hot. All of these flags are read when they are needed, so they work in a running process.
 */
export function preferSmallHeap(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--optimize-for-size');
  setFlagsFromString('--no-turbofan');
}

const LOOK_EVERY = 2_000;
/** Bytes in use; a bot with a hundred sessions has more, and with that many memory counts. */
const SMALL = 28 << 20;

/**
 * For a bot that has started. With the flags above V8 goes through the whole heap each time a megabyte of it is new, which was half of
 * what an idle bot cost and came in the middle of every spawn. While the heap is small anyway, a seventh of it may be new first.
 */
export function growWhileSmall(): void {
  setFlagsFromString('--heap-growing-percent=15');
  let isSmall = false;
  const look = (): void => {
    if (getHeapStatistics().used_heap_size < SMALL === isSmall) return;
    isSmall = !isSmall;
    setFlagsFromString(isSmall ? '--no-optimize-for-size' : '--optimize-for-size');
  };
  look();
  setInterval(look, LOOK_EVERY).unref();
}
