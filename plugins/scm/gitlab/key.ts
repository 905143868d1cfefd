import type { KeyValue } from '../../../src/slots/plugin.ts';
import type { Core } from './schema.ts';

/**
 * `gitlab:<head project>#<number>`, the same for ever: sessions know their merge requests by it. Projects are renamed, moved and
 * deleted, so what one was called when it was first seen is kept with its id.
 */
export interface Keys {
  /** `path`: the project's own as ao's configuration said it at first. */
  of(core: Core, foreign: boolean, path: string): string;
  /** What the project is called in keys. */
  nameFor(id: number, said: string): string;
}

export function createKeys(kv: KeyValue): Keys {
  const kept = (key: string, value: string | null): string | null => {
    const known = kv.get(key);
    if (typeof known === 'string') return known;
    if (value !== null) kv.set(key, value);
    return value;
  };
  return {
    of: (core, foreign, path) =>
      foreign
        ? `gitlab:${kept(`head:${core.iid}`, core.sourceProject?.fullPath ?? null) ?? 'deleted/fork'}#${core.iid}`
        : `gitlab:${path}#${core.iid}`,
    nameFor: (id, said) => kept(`name:${id}`, said) ?? said,
  };
}

/** Number of a key; null for anything that is no key of this scm. */
export function numberOfKey(key: string): number | null {
  const number = /^gitlab:[\w.-]+(?:\/[\w.-]+)+#([1-9][0-9]{0,8})$/.exec(key)?.[1];
  return number === undefined ? null : Number(number);
}
