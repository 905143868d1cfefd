/** A part of each turn of the event loop. Whoever has much to do asks before each piece of it, so that requests are answered meanwhile. */
export interface Share {
  /** What of this turn is ours is used up: go on with the next. */
  isSpent(): boolean;
}

/** `ms`: how much of a turn. */
export function createShare(ms: number): Share {
  let ends: number | null = null;
  return {
    isSpent() {
      const now = performance.now();
      if (ends === null) {
        ends = now + ms;
        setImmediate(() => {
          ends = null;
        });
      }
      return now >= ends;
    },
  };
}

export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
