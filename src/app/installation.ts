import { randomUUID } from 'node:crypto';
import { kvStore } from '../db/kv-store.ts';
import type { Db } from '../db/open.ts';

/** Tells this installation's objects in the world from those of another one; made once and kept. */
export function installationOf(db: Db): string {
  const store = kvStore(db, 'installation');
  const known = store.get('id');
  if (typeof known === 'string') return known;
  const id = randomUUID();
  store.set('id', id);
  return id;
}
