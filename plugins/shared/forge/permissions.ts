import type { Clock } from '../../../src/lib/clock.ts';

export type Permission = 'none' | 'read' | 'write' | 'admin' | 'unknown';

export interface Permissions {
  /** Asked now. */
  live(login: string): Promise<Permission>;
  /** At most ten minutes old. Failures are thrown. */
  recent(login: string): Promise<Permission>;
  /** The same for display and prompts: `unknown` where it can't be told now. */
  shown(login: string): Promise<Permission>;
}

const AGE = 600_000;

/** Keeps what `live` said of a login; not that it failed. */
export function keptPermissions(
  clock: Clock,
  live: (login: string) => Promise<Permission>,
): Permissions {
  const known = new Map<string, { readonly at: number; readonly asked: Promise<Permission> }>();
  const recent = (login: string): Promise<Permission> => {
    const found = known.get(login);
    if (found !== undefined && Math.abs(clock.now() - found.at) < AGE) return found.asked;
    const asked = live(login);
    known.set(login, { at: clock.now(), asked });
    asked.catch(() => {
      if (known.get(login)?.asked === asked) known.delete(login);
    });
    return asked;
  };
  return {
    live,
    recent,
    shown: (login) => recent(login).catch((): Permission => 'unknown'),
  };
}
