import type { KeyValue } from '../../../src/slots/plugin.ts';
import type { GitHubClient } from '../../shared/github/client.ts';
import type { Book } from './book.ts';
import { NO_AUTO_MERGE } from './queries.ts';
import type { Core } from './schema.ts';

/** For which commit and base ao turned GitHub's auto-merge on. GitHub keeps it on for others; ao merges only what was seen. */
export interface PinnedAutoMerges {
  pin(number: number, sha: string, base: string): void;
  /** Turns it off where the head is another commit, or the base another branch, by now. Tried again with the next look when GitHub does not answer. */
  keep(): Promise<void>;
}

const PREFIX = 'auto-merge:';
const pinOf = (sha: string, base: string): string => `${sha} ${base}`;
const isPinned = (pinned: unknown, core: Core): boolean =>
  pinned === pinOf(core.headRefOid, core.baseRefName);

export function createPinnedAutoMerges({
  kv,
  book,
  client,
}: {
  readonly kv: KeyValue;
  readonly book: Book;
  readonly client: GitHubClient;
}): PinnedAutoMerges {
  return {
    pin: (number, sha, base) => kv.set(`${PREFIX}${number}`, pinOf(sha, base)),
    async keep() {
      for (const [key, pinned] of kv.list(PREFIX)) {
        const core = book.get(Number(key.slice(PREFIX.length)))?.core;
        if (core === undefined || (core.state === 'OPEN' && isPinned(pinned, core))) continue;
        if (core.state === 'OPEN' && core.autoMergeRequest !== null)
          await client.graphql('merge', `auto-merge of #${core.number}`, NO_AUTO_MERGE, {
            id: core.id,
          });
        kv.delete(key);
      }
    },
  };
}
