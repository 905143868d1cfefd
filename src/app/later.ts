/** A part that others need before it can be made: read when it is used, never while the app is being wired. */
export interface Later<T> {
  /** Throws while the part is missing: that is a mistake in the wiring. */
  readonly get: () => T;
  readonly set: (part: T) => T;
}

export function later<T>(name: string): Later<T> {
  const box: { part?: T } = {};
  return {
    get() {
      if (box.part === undefined) throw new Error(`${name} is used before it is made.`);
      return box.part;
    },
    set(part) {
      box.part = part;
      return part;
    },
  };
}
