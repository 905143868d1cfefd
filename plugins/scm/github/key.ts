import { z } from 'zod';
import type { KeyValue } from '../../../src/slots/plugin.ts';
import type { Core } from './schema.ts';

type Pull = Pick<Core, 'number' | 'isCrossRepository' | 'headRepository' | 'headRepositoryOwner'>;

/**
 * `github:<head repository>#<number>`, the same for ever: sessions know their pull requests by it. Repositories are renamed, given away
 * and deleted, so what a head was called when it was first seen is kept with the id of its repository.
 */
export interface Keys {
  /** `name`: the repository's own, see `nameFor`. */
  of(pr: Pull, name: string): string;
  /** What the repository is called in keys: as the project said when ao first saw it. */
  nameFor(nodeId: string, said: string): string;
}

const known = z.object({ id: z.string(), key: z.string() });

export function createKeys(kv: KeyValue): Keys {
  return {
    of(pr, name) {
      if (!pr.isCrossRepository) return `github:${name}#${pr.number}`;
      const { headRepository: head } = pr;
      const kept = known.safeParse(kv.get(`head:${pr.number}`)).data;
      if (kept !== undefined && (head === null || head.id === kept.id)) return kept.key;
      const key = `github:${head?.nameWithOwner ?? `${pr.headRepositoryOwner?.login ?? 'ghost'}/deleted`}#${pr.number}`;
      if (head !== null) kv.set(`head:${pr.number}`, { id: head.id, key });
      return key;
    },
    nameFor(nodeId, said) {
      const kept = kv.get(`name:${nodeId}`);
      if (typeof kept === 'string') return kept;
      kv.set(`name:${nodeId}`, said);
      return said;
    },
  };
}

/** Number of a key; null for anything that is no key of this scm. */
export function numberOfKey(key: string): number | null {
  const number = /^github:[\w.-]+\/[\w.-]+#([1-9][0-9]{0,8})$/.exec(key)?.[1];
  return number === undefined ? null : Number(number);
}
