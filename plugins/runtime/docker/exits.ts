import type { RuntimePlugin } from '../../../src/slots/runtime.ts';
import type { Containers, Listed } from './containers.ts';
import { type End, endOf, handleOf } from './facts.ts';

type Listener = Parameters<RuntimePlugin['onExit']>[0];

/** How containers ended: read once, because it never changes, and told once. */
export interface Exits {
  /** Null: it has not ended, or it can't be read yet. */
  of(container: Listed): Promise<End | null>;
  push(session: string, container: string, end: End): void;
  subscribe(listener: Listener): () => void;
  /** It is removed. */
  forget(container: string): void;
}

export function containerExits(containers: Containers): Exits {
  const ends = new Map<string, End>();
  const pushed = new Set<string>();
  const listeners = new Set<Listener>();
  return {
    async of({ Id, State }) {
      if (State !== 'exited' && State !== 'dead') return null;
      const known = ends.get(Id);
      if (known !== undefined) return known;
      const inspected = await containers.inspect(Id);
      const end = inspected === null ? null : endOf(inspected);
      if (end !== null) ends.set(Id, end);
      return end;
    },
    push(session, container, { exitCode, why }) {
      if (pushed.has(container)) return;
      pushed.add(container);
      for (const listener of listeners)
        listener(session, handleOf(session, container), exitCode, ...(why === null ? [] : [why]));
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    forget(container) {
      ends.delete(container);
      pushed.delete(container);
    },
  };
}
